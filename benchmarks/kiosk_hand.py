"""Draws kiosk/hand.jpg, the hand before which `parure kiosk` measures where frames are worked on.

A hand of the benchmarks' own series before a plain wall, so that no photograph of anybody is handed
out with the product; both trackers find it. `python -m benchmarks.kiosk_hand` draws it again.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from benchmarks.synthetic_scene import HEIGHT, WIDTH, _drawn, _framed, _truth_of, a_person, a_view
from models3d.frames import Image
from viewer.render.renderer import Renderer
from viewer.render.worker import RenderWorker

PLACE = Path(__file__).parent.parent / "kiosk/hand.jpg"
NUMBER, WIDE = 10, 1280
WALL = (96, 90, 84)
QUALITY = 82


def drawn(renderer: Renderer) -> Image:
    """(720, 1280, 3) RGB."""
    random = np.random.default_rng([20240501, NUMBER])
    wall = np.full((HEIGHT, WIDTH, 3), WALL, np.uint8)
    person = replace(a_person(random), backdrop=wall, noise=1.0)
    view = a_view(random)
    while not _framed(_truth_of(person, view)):
        view = a_view(random)
    picture = _drawn(renderer, person, view, random).image
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
