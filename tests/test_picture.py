"""Studio pictures: framed, on the ground, repeatable; goldens within a stated error."""

import io
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from models3d.frames import Anchor
from models3d.mesh import Material, Mesh, Model, Part
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


def family(anchor: Anchor, *parts: Part, **extras: object) -> Model:
    return Model("piece", parts, anchor, extras=extras)


def box(low: tuple[float, ...], high: tuple[float, ...], name: str = "box", slot: str = "metal",
        color: tuple[float, ...] = (0.7, 0.7, 0.7)) -> Part:  # fmt: skip
    """A matt box between two corners, millimetres."""
    corner = np.indices((2, 2, 2)).reshape(3, -1).T
    positions, normals, triangles = [], [], []
    for axis in range(3):
        for side in (0, 1):
            quad = corner[corner[:, axis] == side]
            normal = np.zeros(3)
            normal[axis] = 2.0 * side - 1.0
            first = len(positions)
            positions += list(np.where(quad == 1, high, low) * 1e-3)
            normals += [normal] * 4
            flip = (side == 1) != (axis == 1)
            order = [(0, 2, 1), (1, 2, 3)] if flip else [(0, 1, 2), (1, 3, 2)]
            triangles += [tuple(first + k for k in corners) for corners in order]
    mesh = Mesh(np.array(positions), np.array(normals), np.array(triangles, np.int32))
    return Part(name, mesh, Material(name, (*color, 1.0), roughness=0.8), slot=slot)


RED, BLUE = (0.8, 0.02, 0.02), (0.02, 0.02, 0.8)


def place_of(image: np.ndarray, channel: int) -> tuple[float, float]:
    """Mean column and row, 0..1, of what is mostly of one colour."""
    rgb = image[..., :3].astype(int)
    others = [c for c in range(3) if c != channel]
    found = rgb[..., channel] > rgb[..., others].max(axis=-1) + 60
    rows, columns = np.nonzero(found & (image[..., 3] > 128))
    return columns.mean() / image.shape[1], rows.mean() / image.shape[0]


@pytest.mark.gpu
def test_a_dial_faces_the_viewer_upright_and_not_mirrored(renderer: Renderer) -> None:
    # wrist frame: 12 o'clock at -X, 3 o'clock (the hand) at +Y
    watch = family(
        Anchor.WRIST,
        box((-18, -18, 28), (18, 18, 30), "dial", "dial"),
        box((-17, -2, 30), (-12, 2, 31), "twelve", "index", RED),
        box((-2, 12, 30), (2, 17, 31), "three", "index", BLUE),
    )
    image = picture.cutout(renderer, watch, 160, 160, supersampling=2)
    middle = (
        np.mean(np.nonzero(image[..., 3])[1]) / 160,
        np.mean(np.nonzero(image[..., 3])[0]) / 160,
    )
    twelve, three = place_of(image, 0), place_of(image, 2)
    assert twelve[1] < middle[1] - 0.2
    assert abs(twelve[0] - middle[0]) < 0.08
    assert three[0] > middle[0] + 0.2
    assert abs(three[1] - middle[1]) < 0.1


@pytest.mark.gpu
def test_earrings_are_shown_as_a_pair(renderer: Renderer) -> None:
    parts = (
        box((-3, -20, -1), (3, 0, 1), "drop"),
        box((3, -14, -1), (5, -8, 1), "wing", "metal", RED),
    )
    mirrored = picture.cutout(renderer, family(Anchor.EAR, *parts, pair="mirrored"), 160, 160)
    alike = picture.cutout(renderer, family(Anchor.EAR, *parts, pair="alike"), 160, 160)
    alone = picture.cutout(renderer, family(Anchor.EAR, *parts), 160, 160)

    def pieces(image: np.ndarray) -> int:
        return cv2.connectedComponents((image[..., 3] > 128).astype(np.uint8))[0] - 1

    assert [pieces(image) for image in (mirrored, alike, alone)] == [2, 2, 1]
    assert np.abs(mirrored[..., 3].astype(int) - mirrored[:, ::-1, 3]).mean() < 4.0
    assert place_of(mirrored, 0)[0] == pytest.approx(0.5, abs=0.02)  # wings on opposite sides
    left, right = alike[:, :80, 3].astype(int), alike[:, 80:, 3].astype(int)
    shift = np.argmax([-(np.abs(np.roll(left, k, axis=1) - right)).mean() for k in range(-20, 20)])
    assert np.abs(np.roll(left, int(shift) - 20, axis=1) - right).mean() < 8.0


@pytest.mark.gpu
def test_a_pendant_in_focus_is_large_and_its_chain_leaves_the_frame(renderer: Renderer) -> None:
    parts = (
        box((-70, 0, -1), (-69, 140, 0), "left"),
        box((69, 0, -1), (70, 140, 0), "right"),
        box((-70, -1, -1), (70, 0, 0), "chain"),
        box((-6, -15, -1), (6, -1, 1), "drop", "metal", RED),
    )
    whole = picture.cutout(renderer, family(Anchor.NECK, *parts), 120, 120)
    close = picture.cutout(renderer, family(Anchor.NECK, *parts, focus=("drop",)), 120, 120)
    red = [(np.diff(image[..., 2::-2].astype(int)) > 60).sum() for image in (whole, close)]
    assert red[1] > 8 * red[0]
    assert close[:, [0, -1], 3].max() == 255  # the chain runs on
    assert whole[[0, -1], :, 3].max() == whole[:, [0, -1], 3].max() == 0
    assert place_of(close, 0)[0] == pytest.approx(0.5, abs=0.02)


@pytest.mark.gpu
@pytest.mark.parametrize("anchor", [Anchor.WRIST, Anchor.NECK, Anchor.EAR, None])
def test_every_family_fills_its_frame_upright(renderer: Renderer, anchor: Anchor | None) -> None:
    """The model's +Y is up, and lies farther back or higher in the picture."""
    foot, top = box((-10, -12, -10), (10, -6, 10)), box((-4, -6, -4), (4, 14, 4), color=RED)
    extras = {"pair": "alike"} if anchor is Anchor.EAR else {}
    piece = family(anchor, foot, top, **extras)
    image = picture.cutout(renderer, piece, 140, 140, supersampling=2)
    rows, columns = np.nonzero(image[..., 3])
    spans = (np.ptp(columns) + 1) / 140, (np.ptp(rows) + 1) / 140
    assert max(spans) == pytest.approx(display.FILL, abs=0.03)
    assert place_of(image, 0)[1] < np.mean(rows) / 140
    for frame in range(3):
        turned = picture.turntable(renderer, piece, 96, 96, frame, 3, supersampling=1)
        assert turned.shape == (96, 96, 3)


@pytest.mark.gpu
def test_what_hangs_throws_its_shadow_on_the_wall(renderer: Renderer) -> None:
    piece = family(Anchor.NECK, box((-20, -20, -1), (20, 20, 1)))
    image = picture.still(renderer, piece, 160, 160, supersampling=1).astype(int)
    rows, columns = np.nonzero(picture.cutout(renderer, piece, 160, 160)[..., 3])
    beside = image[80, columns.max() + 3].mean()
    above = image[rows.min() - 3, 80].mean()
    assert beside < above - 4  # the key stands upper left
    assert beside < image[80, 157].mean() - 4


def test_the_frame_holds_the_hull_of_all_parts() -> None:
    piece = family(Anchor.NECK, box((-20, -20, -1), (20, 20, 1)), box((30, 0, 0), (31, 1, 1)))
    low, high = piece.bounds()
    points = display.outline_points(piece)
    np.testing.assert_allclose([points.min(axis=0), points.max(axis=0)], [low, high])


def test_rings_with_a_stone_are_seen_from_higher_up(ring, band) -> None:
    assert display.pose_of(ring).elevation > display.pose_of(band).elevation


@pytest.mark.gpu
def test_a_hand_throws_its_shadow_away_from_the_key(renderer) -> None:
    dial = box((-12, -12, -1), (12, 12, 0), "dial", color=(0.9, 0.9, 0.9))
    hand = box((-10, -0.5, 0.7), (10, 0.5, 0.9), "hand", color=(0.9, 0.9, 0.9))
    model = family(Anchor.NECK, dial, hand)
    image = picture.cutout(renderer, model, 240, 240, elevation=0.0)[..., :3].mean(axis=2)
    low, high = np.nonzero((image > 0).any(axis=1))[0][[0, -1]]
    across = image[low : high + 1, 110:130].mean(axis=1)  # down the middle of the plate
    millimetres = np.linspace(12.0, -12.0, len(across))
    open_dial = across[(millimetres < -6) & (millimetres > -10)].mean()
    shadow = across[(millimetres < -1.3) & (millimetres > -1.8)].mean()
    above = across[(millimetres > 1.5) & (millimetres < 3.0)].mean()
    assert shadow < 0.93 * open_dial  # under the hand, as the key stands above
    assert above == pytest.approx(open_dial, rel=0.03)
