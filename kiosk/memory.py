"""The process stays the size of what it uses: few heaps, and what is free goes back to the system.

Pictures are some megabytes each and come thirty times a second out of a dozen threads. glibc gives
threads heaps of their own, eight for each core, and what one of them has freed another cannot use.
"""

from __future__ import annotations

import ctypes
from functools import cache

HEAPS = 2
M_ARENA_MAX = -8  # of mallopt(3)


@cache
def _c() -> ctypes.CDLL:
    """The C library of this process."""
    return ctypes.CDLL(None)


def few_heaps() -> None:
    """Let all threads share a few heaps; for the beginning of a process, before it has threads.

    C libraries without mallopt have one heap anyway.
    """
    if hasattr(_c(), "mallopt"):
        _c().mallopt(M_ARENA_MAX, HEAPS)


def give_back() -> None:
    """Hand back what is free, where the C library can: pictures of a client are not even there."""
    if hasattr(_c(), "malloc_trim"):
        _c().malloc_trim(0)
