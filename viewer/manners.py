"""Threads that give way to others."""

from __future__ import annotations

import os
import sys
import threading

BESIDE_FRAMES = 5  # niceness of what a stream waits for, but its frames do not
PATIENT = 15  # of what is made when nobody else needs the processor


def give_way(niceness: int) -> None:
    """Let other threads go before this one, on Linux, which alone has a niceness for each thread.

    A software OpenGL's own threads are born with the manners of the one that opens it. A thread
    that gives way more already, as in a process that does, stays as it is.
    """
    if sys.platform.startswith("linux"):
        own = threading.get_native_id()
        now = os.getpriority(os.PRIO_PROCESS, own)
        os.setpriority(os.PRIO_PROCESS, own, max(niceness, now))
