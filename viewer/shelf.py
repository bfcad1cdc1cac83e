"""Named files in one place, a local folder or a bucket, through fsspec."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from models3d.files import NotWritable, write_whole
from viewer.errors import NoStore


class Shelf:
    """Whole files by name; safe to use from many threads.

    Args:
        location: a folder, or an address that fsspec knows, such as `s3://bucket/parure`.
    Raises:
        NoStore: nothing here can read such an address.
    """

    def __init__(self, location: str | Path) -> None:
        try:
            self._files, self._root = url_to_fs(str(location))
        except (ImportError, ValueError) as error:
            raise NoStore(f"The store {location} cannot be opened: {error}.") from error
        self._folder = Path(self._root) if isinstance(self._files, LocalFileSystem) else None

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine, which has an end."""
        return self._folder is not None

    def read(self, name: str) -> bytes | None:
        """The file's bytes, marked as used now; None when it is not there."""
        try:
            if self._folder is None:
                data: bytes = self._files.cat_file(f"{self._root}/{name}")
                return data
            path = self._folder / name
            data = path.read_bytes()
            os.utime(path)
        except FileNotFoundError:
            return None
        return data

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole or not at all.

        Raises:
            NotWritable: the place refuses it.
        """
        if self._folder is None:
            try:
                self._files.pipe_file(f"{self._root}/{name}", data)
            except OSError as error:
                raise NotWritable(f"{name} cannot be written to the store: {error}.") from error
            return
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)

    def write_first(self, name: str, data: bytes) -> None:
        """Write a file that only this service's user can read, unless there is one already.

        Raises:
            NotWritable: the place refuses it.
        """
        if self._folder is None:
            if not self.has(name):
                self.write(name, data)
            return
        path = self._folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=path.parent) as whole:  # made for its owner alone
                whole.write(data)
                whole.flush()
                with suppress(FileExistsError):
                    os.link(whole.name, path)
        except OSError as error:
            raise NotWritable(f"{path} cannot be written: {error.strerror}.") from error

    def has(self, name: str) -> bool:
        """Whether the file is there."""
        if self._folder is None:
            return bool(self._files.exists(f"{self._root}/{name}"))
        return (self._folder / name).exists()

    def local_files(self, under: str) -> Iterator[Path]:
        """Every file below a name; of a bucket, none."""
        if self._folder is not None:
            yield from (path for path in (self._folder / under).rglob("*") if path.is_file())
