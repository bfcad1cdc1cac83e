"""A whole set as it is drawn on a person, against a picture that was looked at.

The golden picture holds what was drawn and nothing of the photograph: jewels and shadows on grey.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from models3d.frames import Image
from tests.serving import person_frame
from tryon.appearance.compose import compose
from tryon.pipeline import Pipeline, TryOnOptions
from tryon.wearables import Place, wearables_of
from viewer.picture import png_bytes

GOLDEN = Path(__file__).parent / "goldens" / "worn_set.png"
SET = ("solitaire", "dress-watch", "solitaire-pendant", "drop-earrings")
GREY = 118
ALLOWED_DB = -26.0  # of the pixels drawn: landmarks may differ by a fraction of a pixel


@pytest.fixture(scope="module")
def drawn() -> tuple[Image, set[str]]:
    """The set on grey, (540, 960, 3), and what was placed."""
    frame = person_frame(960)
    options = TryOnOptions(match_grain=False)
    with Pipeline(wearables_of(SET, (), Place()), streaming=False, options=options) as pipeline:
        done = pipeline.draw(pipeline.solve(frame, 0.0))
    grey = np.full_like(frame, GREY)
    worn = {placement.product for placement in done.solved.placements}
    return compose(grey, done.overlays, None, 0, done.solved.veils), worn


@pytest.mark.gpu
def test_a_set_is_worn_as_in_the_golden_picture(drawn: tuple[Image, set[str]]) -> None:
    """PARURE_GOLDENS=write renews it; look at what changed before committing it."""
    image, worn = drawn
    assert worn == set(SET)
    if os.environ.get("PARURE_GOLDENS") == "write":
        GOLDEN.write_bytes(png_bytes(image))
    golden = np.asarray(Pillow.open(GOLDEN).convert("RGB"))
    touched = (image != GREY).any(axis=2) | (golden != GREY).any(axis=2)
    assert touched.sum() > 8_000
    error = (image[touched].astype(float) - golden[touched]) / 255.0
    assert 10.0 * np.log10((error**2).mean() + 1e-9) < ALLOWED_DB


@pytest.mark.gpu
def test_each_piece_lies_where_it_belongs(drawn: tuple[Image, set[str]]) -> None:
    image, _ = drawn
    rows, columns = np.nonzero((np.abs(image.astype(int) - GREY) > 30).any(axis=2))
    face = columns < 480
    ear = (columns < 170) & (rows > 130) & (rows < 250)
    neck = face & (rows > 280)
    hand = columns >= 480
    assert min(ear.sum(), neck.sum(), hand.sum()) > 100
    assert not (face & ~ear & ~neck).sum() > 0.02 * len(rows)  # nothing on eyes, mouth or cheek
