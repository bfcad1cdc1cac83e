"""What outlives a restart: configurations by hash and the assets baked from them.

One place, `var/store` beside the code, `$PARURE_VAR/store`, or any address that fsspec knows in
`$PARURE_STORE`:

    configurations/a0/a07b…f9.json          the canonical text, kept for good
    imports/a0/a07b…f9.glb                  a brand's own model, its report and picture, likewise
    secrets/signing.key                     what signs links, where the house gave no key
    assets/<edition>/a0/a07b…f9/hero-720x720.webp  can be baked again, so the oldest give way
    assets/<edition>/common/…               likewise: swatches, which belong to no configuration
    designs/QK/QKVMRTB.json                 what a short code stands for, kept for good

An edition names the code that baked an asset: newer code never serves older pictures.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from viewer.configuration import Configuration, configure
from viewer.errors import UnknownConfiguration, ViewerError, WrongSetting
from viewer.shelf import Shelf

ASSETS_LIMIT_BYTES = 2_000_000_000  # unless PARURE_STORE_BYTES says otherwise
LEAST_LIMIT_BYTES = 20_000_000
KEPT_AFTER_TRIM = 0.8  # of the limit

_HASH = re.compile(r"[0-9a-f]{64}")
_SIZE = re.compile(r"(\d{1,15}) ?(|k|M|G|T)B?")
_UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def store_location() -> str | Path:
    """`$PARURE_STORE`, `$PARURE_VAR/store`, or `var/store` beside the code."""
    if os.environ.get("PARURE_STORE"):
        return os.environ["PARURE_STORE"]
    configured = os.environ.get("PARURE_VAR")
    var = Path(configured) if configured else Path(__file__).parent.parent / "var"
    return var / "store"


def assets_limit() -> int:
    """Bytes of baked assets that a folder holds: `$PARURE_STORE_BYTES`, such as `20 GB`, or 2 GB.

    Raises:
        WrongSetting: the setting is no size.
    """
    said = os.environ.get("PARURE_STORE_BYTES")
    if said is None:
        return ASSETS_LIMIT_BYTES
    read = _SIZE.fullmatch(said.strip())
    size = int(read[1]) * _UNITS[read[2]] if read else 0
    if size < LEAST_LIMIT_BYTES:
        raise WrongSetting(
            "PARURE_STORE_BYTES must be a size of at least "
            f'{LEAST_LIMIT_BYTES // 10**6} MB, such as "20 GB"; got "{said}".'
        )
    return size


class Store:
    """Configurations and baked assets; safe to use from many threads.

    Args:
        location: a folder, made when it is first written to, or an address that fsspec knows.
        edition: of the code that bakes; assets of other editions are not seen.
        assets_limit_bytes: of a folder; the least recently used assets are removed beyond it. A
            bucket has rules of its own. None: what `assets_limit` says.
    Raises:
        WrongSetting: the limit that is set is no size.
        NoStore: nothing here can read such an address.
    """

    def __init__(
        self, location: str | Path, edition: str, assets_limit_bytes: int | None = None
    ) -> None:
        self._shelf = Shelf(location)
        self._edition = edition
        self._limit = assets_limit() if assets_limit_bytes is None else assets_limit_bytes
        self._size = sum(path.stat().st_size for path in self._asset_files())
        self._guard = threading.Lock()  # of the three below
        self._baking: dict[str, threading.Lock] = {}
        self._waiting: Counter[str] = Counter()

    def remember(self, configuration: Configuration) -> None:
        """Keep a configuration, so that its hash is known from now on.

        Raises:
            NotWritable: the place refuses it.
        """
        if not self.knows(configuration):
            name = _configuration_name(configuration.hash)
            self._shelf.write(name, configuration.canonical().encode())

    def remember_like(self, configuration: Configuration, other: Configuration) -> None:
        """Keep a configuration that was made of another for as long as that one.

        Raises:
            NotWritable: the place refuses it.
        """
        self.remember(configuration)

    def knows(self, configuration: Configuration) -> bool:
        """Whether its hash is known."""
        return self._shelf.has(_configuration_name(configuration.hash))

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
        written = self._shelf.read(_configuration_name(configuration_hash))
        if written is None:
            raise unknown
        document = json.loads(written)
        try:
            configuration = configure(document["product"], document["options"])
        except ViewerError as error:
            raise unknown from error
        if configuration.hash != configuration_hash:  # written under another schema
            raise unknown
        return configuration

    def keep_import(self, import_id: str, extension: str, data: bytes) -> None:
        """Keep a file of an imported model; it is named by its own content.

        Raises:
            NotWritable: the place refuses it.
        """
        name = _import_name(import_id, extension)
        if not self._shelf.has(name):
            self._shelf.write(name, data)

    def keep_design(self, code: str, design: bytes) -> bytes:
        """Keep a design under a short code, unless there is one already; gives what is kept.

        Raises:
            NotWritable: the place refuses it.
        """
        name = _design_name(code)
        found = self._shelf.read(name)
        if found is None:
            self._shelf.write_first(name, design)
            found = self._shelf.read(name)
        return found or design

    def design(self, code: str) -> bytes | None:
        """What a short code stands for; None when it stands for nothing here."""
        return self._shelf.read(_design_name(code))

    def imported(self, import_id: str, extension: str) -> bytes | None:
        """A file of an imported model; None when it is not here."""
        if not _HASH.fullmatch(import_id):
            return None
        return self._shelf.read(_import_name(import_id, extension))

    def secret(self, name: str) -> bytes:
        """A secret of this house, made when it is first asked for and then always the same.

        Raises:
            NotWritable: the place refuses it.
        """
        place = f"secrets/{name}"
        found = self._shelf.read(place)
        if found is None:
            made = secrets.token_hex(32).encode()
            self._shelf.write_first(place, made)
            found = self._shelf.read(place) or made
        return found

    def kept(self, configuration: Configuration | None, name: str) -> bytes | None:
        """An asset that was baked before, of a configuration or of none; None: it is not here."""
        return self._shelf.read(self._asset_name(configuration, name))

    def asset(
        self, configuration: Configuration | None, name: str, bake: Callable[[], bytes]
    ) -> bytes:
        """One baked file of a configuration, or of none, baked now if it is not there.

        Whoever asks for the same asset meanwhile waits for it and bakes nothing.

        Raises:
            NotWritable: the place refuses it.
        """
        place = self._asset_name(configuration, name)
        found = self._shelf.read(place)
        if found is not None:
            return found
        with self._only_baker(place):
            found = self._shelf.read(place)
            if found is not None:
                return found
            data = bake()
            self._shelf.write(place, data)
        with self._guard:
            self._size += len(data)
            if self._size > self._limit and self._shelf.is_local:
                self._trim()
        return data

    def has_asset(self, configuration: Configuration, name: str) -> bool:
        """Whether an asset can be had without baking."""
        return self._shelf.has(self._asset_name(configuration, name))

    @contextmanager
    def _only_baker(self, place: str) -> Iterator[None]:
        """Hold the lock of one place; it is forgotten when nobody waits for it."""
        with self._guard:
            lock = self._baking.setdefault(place, threading.Lock())
            self._waiting[place] += 1
        try:
            with lock:
                yield
        finally:
            with self._guard:
                self._waiting[place] -= 1
                if not self._waiting[place]:
                    del self._waiting[place], self._baking[place]

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
        return self._shelf.local_files("assets")

    def _asset_name(self, configuration: Configuration | None, name: str) -> str:
        if configuration is None:
            return f"assets/{self._edition}/common/{name}"
        key = configuration.hash
        return f"assets/{self._edition}/{key[:2]}/{key}/{name}"


def _import_name(import_id: str, extension: str) -> str:
    return f"imports/{import_id[:2]}/{import_id}.{extension}"


def _design_name(code: str) -> str:
    return f"designs/{code[:2]}/{code}.json"


def _configuration_name(configuration_hash: str) -> str:
    return f"configurations/{configuration_hash[:2]}/{configuration_hash}.json"
