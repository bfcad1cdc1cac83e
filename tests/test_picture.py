"""Studio pictures: framed, on the ground, repeatable; goldens within a stated error."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from models3d.mesh import Model
from viewer import display, picture
from viewer.render.renderer import Renderer

GOLDENS = Path(__file__).parent / "goldens"
ALLOWED_DB = -36.0  # root mean square difference, relative to full scale
SIDE = 192


def difference_db(a: np.ndarray, b: np.ndarray) -> float:
    rms = np.sqrt((((a.astype(float) - b.astype(float)) / 255.0) ** 2).mean())
    return float(20.0 * np.log10(max(rms, 1e-6)))


def scenes(renderer: Renderer, ring: Model, band: Model) -> dict[str, np.ndarray]:
    return {
        "solitaire": picture.still(renderer, ring, SIDE, SIDE),
        "solitaire_from_above": picture.still(
            renderer, ring, SIDE, SIDE, elevation=np.radians(65.0)
        ),
        "band": picture.still(renderer, band, SIDE, SIDE),
    }


@pytest.mark.gpu
def test_pictures_are_those_that_were_looked_at(renderer, ring, band) -> None:
    """PARURE_GOLDENS=write renews them; look at what changed before committing it."""
    for name, image in scenes(renderer, ring, band).items():
        path = GOLDENS / f"{name}.png"
        if os.environ.get("PARURE_GOLDENS") == "write":
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(picture.png_bytes(image))
        golden = np.asarray(Pillow.open(path))
        assert difference_db(image, golden) < ALLOWED_DB, name


@pytest.mark.gpu
@pytest.mark.parametrize("size", [(160, 160), (240, 120), (120, 240)])
def test_the_piece_fills_the_frame_and_stays_inside(renderer, ring, size) -> None:
    alpha = picture.cutout(renderer, ring, *size, supersampling=2)[..., 3]
    rows, columns = np.nonzero(alpha)
    spans = (np.ptp(columns) + 1) / size[0], (np.ptp(rows) + 1) / size[1]
    assert max(spans) == pytest.approx(display.FILL, abs=0.03)
    assert min(rows.min(), columns.min()) > 0
    assert rows.max() < size[1] - 1
    assert columns.max() < size[0] - 1


@pytest.mark.gpu
def test_a_turntable_turns_in_place_and_closes(renderer, ring) -> None:
    frames = [picture.turntable(renderer, ring, 96, 96, k, 8, supersampling=1) for k in (0, 1, 4)]
    again = picture.turntable(renderer, ring, 96, 96, 0, 8, supersampling=1)
    np.testing.assert_array_equal(frames[0], again)
    assert difference_db(frames[0], frames[1]) > -30
    with pytest.raises(ValueError, match="frame"):
        picture.turntable(renderer, ring, 96, 96, 8, 8)


@pytest.mark.gpu
def test_the_ground_is_warm_white_and_darkest_under_the_piece(renderer, band) -> None:
    image = picture.still(renderer, band, 160, 160, supersampling=2).astype(int)
    corner = image[:20, :20].reshape(-1, 3).mean(axis=0)
    assert corner.min() > 225
    assert corner[0] > corner[2]
    assert image.max() <= 255
    mask = picture.cutout(renderer, band, 160, 160, supersampling=2)[..., 3] > 0
    lowest = int(np.nonzero(mask.any(axis=1))[0].max())
    column = int(np.nonzero(mask[lowest])[0].mean())
    under = image[lowest + 2, column].mean()
    assert under < image[lowest + 2, 4].mean() - 25


@pytest.mark.gpu
def test_a_cutout_has_straight_alpha_that_composes_to_the_piece(renderer, band) -> None:
    rgba = picture.cutout(renderer, band, 96, 96, supersampling=2)
    opaque, clear = rgba[..., 3] == 255, rgba[..., 3] == 0
    assert opaque.sum() > 800
    assert (rgba[clear] == 0).all()
    edge = ~opaque & ~clear
    # straight colours at the edge are as bright as those inside, not darkened by coverage
    assert rgba[edge][:, :3].mean() > 0.6 * rgba[opaque][:, :3].mean()


def test_encoders_write_what_they_say() -> None:
    image = np.random.default_rng(0).integers(0, 255, (9, 7, 4), dtype=np.uint8)
    decoded = np.asarray(Pillow.open(io.BytesIO(picture.png_bytes(image))))
    np.testing.assert_array_equal(decoded, image)
    smooth = np.full((16, 16, 3), 120, np.uint8)
    decoded = np.asarray(Pillow.open(io.BytesIO(picture.jpeg_bytes(smooth))))
    assert np.abs(decoded.astype(int) - 120).max() <= 2
