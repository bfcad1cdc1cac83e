"""From the camera's frame to the page's: delay, frames a second and memory of the kiosk's mirror.

A hand trembles before a camera of thirty frames a second; every frame carries its number as a code
of black and white blocks. The frames go the whole way: pipeline, publication, socket over loopback,
and a client that decodes the JPEG and reads the code, as a page draws it. The delay is counted from
the moment the camera hands a frame over to the moment its picture is decoded: what the kiosk adds
to the camera and the screen. A piece is changed on the way; the longest gap between two frames
meanwhile is the hitch that a client sees.
"""

from __future__ import annotations

import json
import logging
import struct
import tempfile
import threading
from array import array
from collections.abc import Iterator
from time import monotonic, process_time, sleep
from typing import Any

import cv2
import numpy as np
from websockets.sync.client import connect
from werkzeug.serving import make_server

import api
from benchmarks.common import Timing, run_for
from kiosk.cameras import CameraFrame
from kiosk.kiosk import Kiosk
from kiosk.memory import few_heaps
from kiosk.settings import Settings
from kiosk.watchdog import resident_mb
from models3d.frames import Image
from tests.serving import hand_frame

SECONDS, WARM_UP_S = 20.0, 12.0
FRAMES_A_SECOND = 30.0
BITS, BLOCK_PX = 20, 32
BUDGET_DELAY_MS, BUDGET_RATE = 100.0, 24.0
FIRST, SECOND = "solitaire", "band"
OTHERS = (SECOND, FIRST, SECOND, FIRST)


class CodedCamera:
    """Frames that carry their number along the upper edge."""

    def __init__(self) -> None:
        self.given: dict[int, float] = {}  # number to the time it was handed over
        still = hand_frame(1280)
        self._film = [np.ascontiguousarray(np.roll(still, k % 3, axis=1)) for k in range(6)]

    def __call__(self) -> CodedCamera:
        return self

    def frames(self) -> Iterator[CameraFrame]:
        """Frames without end, at their pace."""
        begun = monotonic()
        for number in range(2**BITS):
            due = begun + number / FRAMES_A_SECOND
            sleep(max(0.0, due - monotonic()))
            image = coded(self._film[number % len(self._film)], number)
            now = monotonic()
            self.given[number] = now
            self.given.pop(number - 600, None)
            yield CameraFrame(image, now, 0.0)


def coded(image: Image, number: int) -> Image:
    """The image with a number in it."""
    marked = image.copy()
    for bit in range(BITS):
        marked[:BLOCK_PX, bit * BLOCK_PX : (bit + 1) * BLOCK_PX] = 255 * (number >> bit & 1)
    return marked


def number_in(image: Image) -> int:
    """The number that a picture carries."""
    row = image[BLOCK_PX // 4 : 3 * BLOCK_PX // 4, : BITS * BLOCK_PX].mean(axis=(0, 2))
    blocks = row.reshape(BITS, BLOCK_PX)[:, BLOCK_PX // 4 : 3 * BLOCK_PX // 4].mean(axis=1)
    return sum(1 << bit for bit, level in enumerate(blocks) if level > 127.0)


def figures(seconds: float = SECONDS) -> dict[str, Any]:
    """All figures of this benchmark."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    camera = CodedCamera()
    faults: list[str] = []
    few_heaps()  # as the service begins
    kiosk = Kiosk(camera, Settings(), faults.append)
    kiosk.start()
    kiosk.prepare()  # as while nobody is there
    with tempfile.TemporaryDirectory() as store:
        app = api.create_app({"STORE": store, "KIOSK": kiosk})
        server = make_server("127.0.0.1", 0, app, threaded=True)
        server.daemon_threads = True
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            seen = _watched(server.server_port, camera, kiosk, seconds)
        finally:
            app.extensions["parure"].close()
            server.shutdown()
            serving.join()
            kiosk.close()
    delay, sizes = Timing.of(seen["delays"]), seen["sizes"]
    rate = len(seen["delays"]) / seconds
    middle = len(sizes) // 2
    growth = 100.0 * (max(sizes[middle:]) / max(sizes[:middle]) - 1.0)
    rows = [
        _row(
            "camera's frame to the page's picture, median", delay.median_ms, "ms", BUDGET_DELAY_MS
        ),
        {"what": "the same, 95th percentile", "figure": f"{delay.p95_ms:.0f} ms"},
        {
            "what": f"frames a second at the page, of {FRAMES_A_SECOND:.0f}",
            "figure": f"{rate:.1f}",
            "budget": f"≥ {BUDGET_RATE:.0f}",
            "met": rate >= BUDGET_RATE,
        },
        {
            "what": f"whole seconds with fewer than {BUDGET_RATE:.0f} frames",
            "figure": f"{seen['slow_seconds']} of {seconds:.0f}",
        },
        {
            "what": "processor time for each frame, both ends of the socket",
            "figure": f"{seen['spent_ms']:.0f} ms",
        },
        {"what": "longest gap between frames", "figure": f"{seen['gap_ms']:.0f} ms"},
        {"what": "longest gap while a piece changes", "figure": f"{seen['change_ms']:.0f} ms"},
        {"what": f"memory after {seconds:.0f} s", "figure": f"{sizes[-1]:.0f} MB"},
        _row("memory of the second half over the first", growth, "%", 1.0),
        {
            "what": "parts that were started anew",
            "figure": str(sum(kiosk.vitals.faults.values())),
        },
    ]
    return {
        "rows": rows,
        "delay": delay.as_dict(),
        "frames_a_second": rate,
        "slow_seconds": seen["slow_seconds"],
        "care": seen["care"],
        "processor_ms": seen["spent_ms"],
        "resident_mb": sizes[-1],
        "gave_up": faults,
    }


def _watched(port: int, camera: CodedCamera, kiosk: Kiosk, seconds: float) -> dict[str, Any]:
    """What a page sees: it draws every frame and asks for the next."""
    delays, sizes = array("d"), array("d")  # 1 MB in an hour: lists would count as growth
    in_second = array("H", bytes(2 * int(seconds)))  # frames in each whole second
    care: dict[int, int] = {}
    gap = change = 0.0
    address = f"ws://127.0.0.1:{port}/api/v1/kiosk/mirror"
    with connect(address, max_size=None) as page:
        page.send(json.dumps({"do": "wear", "product": FIRST}))
        begun, changed_s, last = monotonic(), None, monotonic()
        others = list(OTHERS)  # worn once while it warms up, so that each renderer has drawn all
        spent_s, published = 0.0, 0  # when the warm-up was over
        while (now := monotonic()) - begun < WARM_UP_S + seconds:
            message = page.recv(timeout=30)
            if isinstance(message, str):
                continue
            (length,) = struct.unpack(">I", message[:4])
            header = json.loads(message[4 : 4 + length])
            data = np.frombuffer(message, np.uint8, offset=4 + length)
            picture = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
            now = monotonic()
            page.send(json.dumps({"do": "shown", "frame": header["frame"]}))
            if others and now - begun > WARM_UP_S * (1.0 - len(others) / (len(OTHERS) + 1)):
                page.send(json.dumps({"do": "wear", "product": others.pop(0)}))
            if now - begun > WARM_UP_S:
                if not delays:
                    spent_s, published = process_time(), kiosk.mirror.figures().frames
                delays.append(1e3 * (now - camera.given[number_in(picture)]))
                second = int(now - begun - WARM_UP_S)
                if second < len(in_second):
                    in_second[second] += 1
                if changed_s is None and now - begun > WARM_UP_S + seconds / 2.0:
                    changed_s = now
                    page.send(json.dumps({"do": "wear", "product": SECOND}))
                in_change = changed_s is not None and header["worn"] != [SECOND]
                gap = gap if in_change else max(gap, now - last)
                change = max(change, now - last) if in_change else change
                level = header["quality"]["level"]
                care[level] = care.get(level, 0) + 1
                if len(delays) % 5 == 0:
                    sizes.append(resident_mb() or 0.0)
            last = now
    worked = kiosk.mirror.figures().frames - published
    spent_ms = 1e3 * (process_time() - spent_s) / max(worked, 1)
    if len(sizes) < 2:
        raise SystemExit(f"{len(delays)} frames in {seconds:.0f} s are too few for any figure.")
    return {
        "delays": delays.tolist(), "sizes": sizes.tolist(), "care": care, "gap_ms": 1e3 * gap,
        "change_ms": 1e3 * change, "spent_ms": spent_ms,
        "slow_seconds": sum(count < BUDGET_RATE for count in in_second),
    }  # fmt: skip


def _row(what: str, figure: float, unit: str, budget: float) -> dict[str, Any]:
    return {
        "what": what,
        "figure": f"{figure:.1f} {unit}",
        "budget": f"≤ {budget:.0f} {unit}",
        "met": figure <= budget,
    }


def main() -> None:
    """Measure, print, and write the results down (or only to --json FILE)."""
    run_for("bench_kiosk", __doc__, SECONDS, figures)


if __name__ == "__main__":
    main()
