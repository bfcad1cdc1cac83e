"""What outlives a restart: configurations by hash and the assets baked from them.

One folder, `var/store` beside the code or `$PARURE_VAR/store`:

    configurations/a0/a07b…f9.json          the canonical text, kept for good
    assets/<edition>/a0/a07b…f9/012-720.webp  can be baked again, so the oldest give way

An edition names the code that baked an asset: newer code never serves older pictures.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from models3d.files import write_whole
from viewer.configuration import Configuration, configure
from viewer.errors import UnknownConfiguration, ViewerError

ASSETS_LIMIT_BYTES = 2_000_000_000
KEPT_AFTER_TRIM = 0.8  # of the limit

_HASH = re.compile(r"[0-9a-f]{64}")


def store_folder() -> Path:
    """`$PARURE_VAR/store`, or `var/store` beside the code."""
    configured = os.environ.get("PARURE_VAR")
    var = Path(configured) if configured else Path(__file__).parent.parent / "var"
    return var / "store"


class Store:
    """A folder of configurations and baked assets; safe to use from many threads.

    Args:
        folder: made when it is first written to.
        edition: of the code that bakes; assets of other editions are not seen.
        assets_limit_bytes: the least recently used assets are removed beyond it.
    """

    def __init__(
        self, folder: Path, edition: str, assets_limit_bytes: int = ASSETS_LIMIT_BYTES
    ) -> None:
        self._configurations = folder / "configurations"
        self._assets = folder / "assets"
        self._edition = edition
        self._limit = assets_limit_bytes
        self._size = sum(path.stat().st_size for path in self._asset_files())
        self._guard = threading.Lock()  # of the three below
        self._baking: dict[Path, threading.Lock] = {}
        self._waiting: Counter[Path] = Counter()

    def remember(self, configuration: Configuration) -> None:
        """Keep a configuration, so that its hash is known from now on."""
        path = self._configuration_path(configuration.hash)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, configuration.canonical().encode())

    def configuration(self, configuration_hash: str) -> Configuration:
        """The configuration of this hash.

        Raises:
            UnknownConfiguration: nobody has configured it here, or it can no longer be made.
        """
        unknown = UnknownConfiguration(
            f'There is no configuration "{configuration_hash[:64]}" here; '
            "configure the piece again to get its address."
        )
        if not _HASH.fullmatch(configuration_hash):
            raise unknown
        try:
            document = json.loads(self._configuration_path(configuration_hash).read_bytes())
            configuration = configure(document["product"], document["options"])
        except (FileNotFoundError, ViewerError) as error:
            raise unknown from error
        if configuration.hash != configuration_hash:  # written under another schema
            raise unknown
        return configuration

    def asset(self, configuration: Configuration, name: str, bake: Callable[[], bytes]) -> bytes:
        """One baked file of a configuration, baked now if it is not there.

        Whoever asks for the same asset meanwhile waits for it and bakes nothing.
        """
        key = configuration.hash
        path = self._assets / self._edition / key[:2] / key / name
        found = _read_used(path)
        if found is not None:
            return found
        with self._only_baker(path):
            found = _read_used(path)
            if found is not None:
                return found
            data = bake()
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, data)
        with self._guard:
            self._size += len(data)
            if self._size > self._limit:
                self._trim()
        return data

    def has_asset(self, configuration: Configuration, name: str) -> bool:
        """Whether an asset can be had without baking."""
        key = configuration.hash
        return (self._assets / self._edition / key[:2] / key / name).exists()

    @contextmanager
    def _only_baker(self, path: Path) -> Iterator[None]:
        """Hold the lock of one path; it is forgotten when nobody waits for it."""
        with self._guard:
            lock = self._baking.setdefault(path, threading.Lock())
            self._waiting[path] += 1
        try:
            with lock:
                yield
        finally:
            with self._guard:
                self._waiting[path] -= 1
                if not self._waiting[path]:
                    del self._waiting[path], self._baking[path]

    def _trim(self) -> None:
        """Remove the least recently used assets until there is room again."""
        dated = []
        for path in self._asset_files():
            status = path.stat()
            dated.append((status.st_mtime_ns, status.st_size, path))
        size = sum(entry[1] for entry in dated)
        for _, bytes_freed, path in sorted(dated):
            if size <= self._limit * KEPT_AFTER_TRIM:
                break
            path.unlink(missing_ok=True)
            size -= bytes_freed
        self._size = size

    def _asset_files(self) -> Iterator[Path]:
        return (path for path in self._assets.rglob("*") if path.is_file())

    def _configuration_path(self, configuration_hash: str) -> Path:
        return self._configurations / configuration_hash[:2] / f"{configuration_hash}.json"


def _read_used(path: Path) -> bytes | None:
    """The file's bytes, marked as used now; None when it is not there."""
    try:
        data = path.read_bytes()
        os.utime(path)
    except FileNotFoundError:
        return None
    return data
