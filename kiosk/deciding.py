"""Where frames are worked on, by the service or by the mirror's own page: measured, and why.

Both are measured in the kiosk's own browser before the same moving hand, at the care that each
can keep up; what was measured is kept with what the machine is, and holds until that changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kiosk.errors import CannotStart
from models3d.files import write_whole
from viewer.language import later

LEAST_RATE, MOST_DELAY_MS = 24.0, 100.0  # frames a second, and from the camera to the glass
MUCH_QUICKER = 1.15  # times as many frames: less is the noise of one measurement
CPU_INFO, DEVICES = Path("/proc/cpuinfo"), Path("/sys/class/drm")
ROOT = Path(__file__).parent.parent
WORKING_CODE = (  # works on frames, here and in the page; what it draws by is the store's edition
    "tryon/**/*.py",
    "kiosk/*.py",
    "static/js/tryon/**/*.js",
    "static/js/viewer/**/*.js",
    "static/js/wear/**/*.js",
    "static/js/kiosk/*.js",
    "package-lock.json",  # MediaPipe's version
)

ASKED = later("It was asked for at the start.")
UNMEASURED = later("Nothing was measured: no browser is opened on this machine.")
BROKEN_OFF = later("The measurement did not come to its end: the service works on frames.")
ALONE = later("Only there frames came within the time of the measurement.")
BOTH_GOOD = later("Both ways keep up, and the service takes frames at their full size.")
ENOUGH = later("Only there frames come often and soon enough.")
QUICKER = later("Frames come more often there.")
BY_SERVICE = later("By the service: {0} frames a second, {1} ms from the camera to the glass.")
BY_PAGE = later("By the page: {0} frames a second, {1} ms from the camera to the glass.")
AS_QUICK = later("Neither is much quicker, and the service takes frames at their full size.")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one way gave; at its own pace, once it had settled."""

    frames_a_second: float
    delay_ms: float  # from the camera's frame to the glass, median
    side_px: int = 0  # longer side of the frames that were worked on

    @property
    def keeps_up(self) -> bool:
        """Whether it is a mirror."""
        return self.frames_a_second >= LEAST_RATE and self.delay_ms <= MOST_DELAY_MS


@dataclass(frozen=True, slots=True)
class Decision:
    """Which way, and why."""

    on_device: bool
    why: str
    service: Measured | None = None
    device: Measured | None = None

    def document(self) -> dict[str, Any]:
        """As it is kept and told."""
        return asdict(self)

    def written(self) -> str:
        """As one process tells it to another."""
        return json.dumps(self.document(), separators=(",", ":"))


AS_ASKED = Decision(on_device=False, why=ASKED)


def decide(service: Measured | None, device: Measured | None) -> Decision:
    """The better way; where both are as good the service's, which sees more.

    Args:
        service, device: None: it does not run here.
    """
    if device is None or service is None:
        on_device = service is None and device is not None
        why = BROKEN_OFF if service is None and device is None else ALONE
        return Decision(on_device, why, service, device)
    if service.keeps_up != device.keeps_up:
        return Decision(device.keeps_up, ENOUGH, service, device)
    if service.keeps_up:
        return Decision(on_device=False, why=BOTH_GOOD, service=service, device=device)
    on_device = device.frames_a_second > MUCH_QUICKER * service.frames_a_second
    slower = service.frames_a_second > MUCH_QUICKER * device.frames_a_second
    return Decision(on_device, QUICKER if on_device or slower else AS_QUICK, service, device)


def working_edition(root: Path = ROOT) -> str:
    """Names the code that tracks and draws on frames: 16 hexadecimal digits of its SHA-256."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in WORKING_CODE for path in root.glob(pattern)}):
        if not path.name.endswith(".test.js"):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def machine(browser: str, *editions: str) -> str:
    """Names this machine with its browser and this version: what was measured holds for it alone.

    Args:
        browser: its program.
        editions: of the code: of what is drawn by, and of what works on frames.
    """
    cpu = CPU_INFO.read_text() if CPU_INFO.exists() else platform.processor()
    models = sorted({line for line in cpu.splitlines() if line.startswith(("model name", "Model"))})
    cards = sorted(
        vendor.read_text().strip() + device.read_text().strip()
        for vendor in DEVICES.glob("card?/device/vendor")
        if (device := vendor.with_name("device")).exists()
    )
    program = Path(browser).resolve()
    version = str(program.stat().st_mtime_ns) if program.exists() else ""
    said = [
        platform.machine(),
        *models,
        str(os.cpu_count()),
        *cards,
        str(program),
        version,
        *editions,
    ]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def keep(decision: Decision, place: Path, fingerprint: str) -> None:
    """Write down what was measured here."""
    place.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"machine": fingerprint, **decision.document()})
    write_whole(place, text.encode())


def kept(place: Path, fingerprint: str) -> Decision | None:
    """What was decided on this machine before; None: nothing, or it was another machine."""
    try:
        told = json.loads(place.read_text("utf-8"))
        return _decision(told) if told["machine"] == fingerprint else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def decision_of(written: str) -> Decision:
    """What `Decision.written` wrote.

    Raises:
        CannotStart: it is nothing of the kind.
    """
    try:
        return _decision(json.loads(written))
    except (ValueError, KeyError, TypeError) as error:
        raise CannotStart("What was decided cannot be read: start with `parure kiosk`.") from error


def _decision(told: dict[str, Any]) -> Decision:
    service, device = (
        Measured(**told[way]) if told[way] else None for way in ("service", "device")
    )
    return Decision(bool(told["on_device"]), str(told["why"]), service, device)


def sentences(decision: Decision) -> list[str]:
    """Which way, why, and the figures: what the start, the staff's page and the check say."""
    said = [
        later("Frames are worked on by the mirror's own page.")
        if decision.on_device
        else later("Frames are worked on by the service."),
        decision.why,
    ]
    for name, measured in ((BY_SERVICE, decision.service), (BY_PAGE, decision.device)):
        if measured is not None:
            rate, delay = f"{measured.frames_a_second:.0f}", f"{measured.delay_ms:.0f}"
            said.append(name.replace("{0}", rate).replace("{1}", delay))
    return said
