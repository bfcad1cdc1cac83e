"""Draws kiosk/hand.jpg, the hand before which `parure kiosk` measures where frames are worked on.

A hand of the benchmarks' own series before a plain wall, so that no photograph of anybody is handed
out with the product; both trackers find it. `python -m benchmarks.kiosk_hand` draws it again.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from benchmarks.synthetic_scene import WIDTH, still
from models3d.frames import Image
from viewer.render.renderer import Renderer
from viewer.render.worker import RenderWorker

PLACE = Path(__file__).parent.parent / "kiosk/hand.jpg"
NUMBER, WIDE = 10, 1280
WALL = (96, 90, 84)
QUALITY = 82


def drawn(renderer: Renderer) -> Image:
    """(720, 1280, 3) RGB."""
    picture = still(renderer, NUMBER, WALL).image
    side = (WIDE - WIDTH) // 2
    return np.pad(picture, ((0, 0), (side, side), (0, 0)), mode="edge")


def main() -> None:
    """Draw it and write it down."""
    worker = RenderWorker()
    try:
        image = worker.run(drawn).result()
    finally:
        worker.close()
    cv2.imwrite(
        str(PLACE), cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
    )


if __name__ == "__main__":
    main()
