"""Signs of life from the service to the launcher: two empty files, whose times alone are looked at.

`service` is touched as long as the mirror's own thread turns, `page` whenever the mirror's page on
this machine is heard of. No connection is opened for it.
"""

from __future__ import annotations

import time
from pathlib import Path

SERVICE_S = 2.0  # a service that turns has touched its file by then


def beat(folder: Path) -> None:
    """The service turns."""
    (folder / "service").touch()


def page_beat(folder: Path) -> None:
    """The mirror's page was heard of."""
    (folder / "page").touch()


def page_age_s(folder: Path) -> float | None:
    """Seconds since the mirror's page was heard of; None: not yet.

    Raises:
        OSError: the service itself gives no sign.
    """
    if _age_s(folder / "service") > SERVICE_S:
        raise TimeoutError("the service gives no sign of life")
    page = folder / "page"
    return _age_s(page) if page.exists() else None


def _age_s(path: Path) -> float:
    """Since a file was touched.

    Raises:
        OSError: it is not there.
    """
    return max(0.0, time.time() - path.stat().st_mtime)
