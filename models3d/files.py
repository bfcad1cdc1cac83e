"""Files are written whole or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from models3d.errors import ParureError


class NotWritable(ParureError):
    """The disk refuses a file; the message says which and why."""


def write_whole(path: Path, data: bytes) -> None:
    """Write under a name beside it first, then rename over it.

    Raises:
        NotWritable: the folder is missing, the disk is full, or permission is denied.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        raise NotWritable(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        partial.unlink(missing_ok=True)
