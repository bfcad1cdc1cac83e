"""What was baked of models for live pictures, kept in the user's cache from run to run.

Each is found by a hash of all that it depends on; those not used for longest give way to new ones.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from models3d.files import NotWritable, write_whole
from viewer.render.environment import cache_folder

Baked = NDArray[Any]  # of a type that is exact enough for the GPU

# not there, or damaged: it is made anew
UNUSABLE = (OSError, EOFError, ValueError, KeyError, BadZipFile)
VERSION = 1  # of the arithmetic in occlusion.py, shadow.py, visibility.py, caster.py and alike.py
MOST_BYTES = 64 << 20  # of all that is kept: some hundred models


def kept_bake(
    made_from: Iterable[Baked | str], bake: Callable[[], Sequence[Baked]]
) -> tuple[Baked, ...]:
    """Baked arrays, from the cache when they are there.

    Args:
        made_from: everything that decides what the arrays hold.
        bake: makes them.
    """
    path = cache_folder() / f"bake-{_digest(made_from)}.npz"
    with suppress(*UNUSABLE):
        with np.load(io.BytesIO(path.read_bytes())) as stored:
            found = tuple(stored[f"a{k}"] for k in range(len(stored.files)))
        with suppress(OSError):
            os.utime(path)  # used today
        return found
    baked = tuple(bake())
    # a cache that cannot be written costs the next run some time, and nothing else
    with suppress(OSError, NotWritable):
        _write(path, baked)
    return baked


def _digest(pieces: Iterable[Baked | str]) -> str:
    found = hashlib.sha256(f"{VERSION}".encode())
    for piece in pieces:
        if isinstance(piece, str):
            found.update(f"|{piece}|".encode())
        else:
            found.update(f"|{piece.shape}{piece.dtype}|".encode())
            found.update(np.ascontiguousarray(piece).tobytes())
    return found.hexdigest()[:32]


def _write(path: Path, arrays: Sequence[Baked]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    encoded = io.BytesIO()
    named: dict[str, Any] = {f"a{k}": array for k, array in enumerate(arrays)}
    np.savez(encoded, **named)
    write_whole(path, encoded.getvalue())
    _make_room(path.parent)


def _make_room(folder: Path) -> None:
    """Leave out those used longest ago until the rest is small enough."""
    known = [(path, path.stat()) for path in folder.glob("bake-*.npz")]
    total = 0
    for path, status in sorted(known, key=lambda each: -each[1].st_mtime_ns):
        total += status.st_size
        if total > MOST_BYTES:
            path.unlink(missing_ok=True)
