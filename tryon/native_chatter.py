"""Native libraries greet on file descriptor 2 when they start; here that goes nowhere."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_QUIET = threading.Lock()


@contextmanager
def native_chatter_dropped() -> Iterator[None]:
    """Send file descriptor 2 nowhere while a native library starts.

    Its log level cannot be set from Python. Errors come as exceptions, so nothing is lost.
    """
    with _QUIET:
        sys.stderr.flush()
        kept = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)
