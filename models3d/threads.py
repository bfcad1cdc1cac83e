"""One thread for linear algebra: what jewels take are small sums, by many at once.

Libraries that start a thread for each core reserve memory for it, and beside software OpenGL, which
has every core to itself, their threads wait for each other: framing a watch then takes fifteen
times the processor time.
"""

from __future__ import annotations

import os
from typing import Final

ONE_THREAD: Final = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def limit_threads() -> None:
    """Ask for it, unless the environment says otherwise; before numpy is imported."""
    for name, count in ONE_THREAD.items():
        os.environ.setdefault(name, count)
