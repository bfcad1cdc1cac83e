"""The steps in order, with stand-ins for the outside runtimes, then with the real ones."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import cv2
import numpy as np
import pytest

from models3d.frames import Anchor, Image, Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Material, Mesh, Model, Part
from tryon import pipeline as pipeline_module
from tryon.detail import FILM, LIVE, STILL, Detail
from tryon.media.lens import assumed_intrinsics
from tryon.media.photo import read_photo
from tryon.pipeline import Pipeline, TryOnOptions
from tryon.region import group_overlapping, support_points, worn_region
from tryon.types import (
    Finger,
    Frame,
    Hand,
    HandLandmarks,
    Layer,
    Placement,
    Seen,
    Side,
    Wearable,
    WornPiece,
)
from viewer.configuration import build_model, configure
from viewer.render.environment import environment_of
from viewer.render.skin import SEEN_REACH, TUBE_REACH
from viewer.render.studio import TENT
from viewer.render.types import Occluder, Overlay, Shot, Worn

PHOTOS = Path(__file__).resolve().parents[1] / "node_modules/@vladmandic/face-api/demo"
CAMERA = Intrinsics(800.0, 800.0, 320.0, 240.0)


def ball(radius: float = 0.01, inner_diameter: float | None = None) -> Model:
    """A sphere of triangles about the origin."""
    turns, heights = np.meshgrid(np.linspace(0, 2 * np.pi, 40), np.linspace(0, np.pi, 20))
    normals = np.stack(
        [np.cos(turns) * np.sin(heights), np.cos(heights), np.sin(turns) * np.sin(heights)], -1
    ).reshape(-1, 3)
    triangles = np.arange(len(normals) // 3 * 3, dtype=np.int32).reshape(-1, 3)
    part = Part("ball", Mesh(normals * radius, normals, triangles), Material("steel"))
    return Model("ball", (part,), Anchor.FINGER, inner_diameter)


def at(x: float, y: float, z: float) -> RigidTransform:
    return RigidTransform.from_translation((x, y, z))


def placement(x: float = 320.0, y: float = 240.0) -> Placement:
    return Placement(
        "ball", Anchor.FINGER, Finger.RING, Hand.LEFT, Side.DORSAL, 0.9, at(0, 0, 0.4),
        np.array([x, y]), np.array([0.0, -1.0]), 34.0,
    )  # fmt: skip


class TrackerStandIn:
    """Finds one hand in the middle of every image that is not black."""

    open = 0
    notices = ("A net is missing.",)

    def __init__(self, wanted: frozenset[str], *, streaming: bool) -> None:
        self.wanted, self.streaming = wanted, streaming
        TrackerStandIn.open += 1

    def detect(self, image: Image, time_ms: float) -> Seen:
        if not image.any():
            return Seen()
        points = np.random.default_rng(0).uniform((250, 150), (390, 330), (21, 2))
        return Seen((HandLandmarks(points, np.zeros((21, 3)), Hand.LEFT, 0.9),))

    def close(self) -> None:
        TrackerStandIn.open -= 1


class SolverStandIn:
    """Wears the first model wherever there is a hand."""

    def __init__(self, wearables: list[Wearable], *, smoothing: bool) -> None:
        self.model, self.smoothing = wearables[0].model, smoothing

    def solve(self, frame: Frame) -> tuple[Layer, ...]:
        if not frame.seen.hands:
            return ()
        limb = Occluder(np.array([0, -0.02, 0.4]), np.array([0, 0.02, 0.4]), 0.008, 0.008)
        piece = WornPiece(placement(), (Worn(self.model, at(0, 0, 0.4), 1.0, 0),))
        return (Layer((piece,), (limb,), seen_on=frame.seen.hands[0]),)


class RendererStandIn:
    """Fills every region with opaque green and keeps the shots."""

    def __init__(self) -> None:
        self.shots: list[Shot] = []
        self.closed = False

    def render_all(self, shots: Sequence[Shot]) -> Future[tuple[Overlay, ...]]:
        self.shots += shots
        regions = [shot.region for shot in shots]
        done: Future[tuple[Overlay, ...]] = Future()
        done.set_result(
            tuple(
                Overlay(np.full((r.height, r.width, 4), (0, 200, 0, 255), np.uint8), r)
                for r in regions
            )
        )
        return done

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def renderer(monkeypatch: pytest.MonkeyPatch) -> RendererStandIn:
    stand_in = RendererStandIn()
    monkeypatch.setattr(pipeline_module, "Tracker", TrackerStandIn)
    monkeypatch.setattr(pipeline_module, "SetSolver", SolverStandIn)
    monkeypatch.setattr(pipeline_module, "RenderWorker", lambda: stand_in)
    TrackerStandIn.open = 0
    return stand_in


def grey_image() -> Image:
    return np.full((480, 640, 3), 120, np.uint8)


def test_the_jewel_is_laid_over_the_very_frame_and_nowhere_else(renderer: RendererStandIn) -> None:
    image = grey_image()
    with Pipeline([Wearable("ball", ball())], streaming=False) as pipeline:
        result = pipeline.process(image, 0.0, CAMERA)
    region = renderer.shots[0].region
    # a ball of 10 mm radius at 400 mm: 20 px and a margin
    assert 40 < region.width < 52
    assert abs(region.x + region.width / 2 - 320) <= 1
    drawn = np.zeros(image.shape[:2], bool)
    drawn[region.y : region.y + region.height, region.x : region.x + region.width] = True
    assert (result.image[drawn] == (0, 200, 0)).mean() > 0.95
    np.testing.assert_array_equal(result.image[~drawn], image[~drawn])
    assert (image == 120).all()
    assert result.placements[0].product == "ball"
    assert set(result.timings_ms) == {"track", "solve", "render", "composite", "total"}
    parts = sum(value for key, value in result.timings_ms.items() if key != "total")
    assert result.timings_ms["total"] == pytest.approx(parts)


def test_a_frame_without_a_hand_comes_back_as_it_is(renderer: RendererStandIn) -> None:
    image = np.zeros((480, 640, 3), np.uint8)
    with Pipeline([Wearable("ball", ball())], streaming=True) as pipeline:
        result = pipeline.process(image, 0.0)
    assert result.placements == ()
    assert renderer.shots == []
    np.testing.assert_array_equal(result.image, image)
    assert result.intrinsics == assumed_intrinsics(640, 480)


def test_photos_are_drawn_with_more_care_than_streams(renderer: RendererStandIn) -> None:
    for streaming in (False, True):
        with Pipeline([Wearable("ball", ball())], streaming=streaming) as pipeline:
            pipeline.process(grey_image(), 0.0, CAMERA)
    still, live = renderer.shots
    assert still.supersampling > live.supersampling
    assert still.gem_bounces > live.gem_bounces
    assert (still.full_dispersion, live.full_dispersion) == (True, False)
    assert (still.at_once, live.at_once) == (False, True)  # a mirror does not wait for bakes


@pytest.mark.parametrize(("blur_px", "samples"), [(0.6, 2), (4.0, 1)])
@pytest.mark.parametrize("match", [True, False])
def test_a_stream_is_drawn_no_finer_than_its_own_softness_shows(
    renderer: RendererStandIn, blur_px: float, samples: int, match: bool
) -> None:
    squares = 60 + 120 * (np.indices((480, 640)) // 40).sum(axis=0) % 240
    soft = cv2.GaussianBlur(np.dstack([squares] * 3).astype(np.uint8), (0, 0), blur_px)
    options = TryOnOptions(match_grain=match, governed=False)
    with Pipeline([Wearable("ball", ball())], streaming=True, options=options) as pipeline:
        for k in range(2):
            pipeline.process(np.asarray(soft, np.uint8), 33.0 * k, CAMERA)
    first, second = (shot.supersampling for shot in renderer.shots)
    assert first == LIVE.supersampling  # nobody has looked yet
    assert second == (samples if match else LIVE.supersampling)


def test_the_light_is_matched_only_when_asked(renderer: RendererStandIn) -> None:
    red = grey_image()
    red[..., 1:] = 40
    for match in (True, False):
        options = TryOnOptions(match_light=match, match_grain=match)
        with Pipeline([Wearable("ball", ball())], streaming=False, options=options) as pipeline:
            pipeline.process(red, 0.0, CAMERA)
    matched, plain = (shot.lighting for shot in renderer.shots)
    assert matched.tint[0] > 1.05
    assert plain.tint == (1.0, 1.0, 1.0)


def test_each_of_two_far_hands_has_its_own_light(
    renderer: RendererStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    offsets = (-0.15, 0.15)  # metres to the left and right: 300 px at 400 mm
    places = [placement(320 + 2000 * x) for x in offsets]
    points = np.random.default_rng(0).uniform((-40, -60), (40, 60), (21, 2))
    found = tuple(
        HandLandmarks(points + each.center_px, np.zeros((21, 3)), Hand.LEFT, 0.9) for each in places
    )
    monkeypatch.setattr(TrackerStandIn, "detect", lambda *_: Seen(found))
    worn = tuple(Worn(ball(), at(x, 0, 0.4)) for x in offsets)
    layers = tuple(
        Layer((WornPiece(place, (each,)),), seen_on=hand)
        for place, each, hand in zip(places, worn, found, strict=True)
    )
    monkeypatch.setattr(SolverStandIn, "solve", lambda *_: layers)
    image = np.full((480, 640, 3), 30, np.uint8)
    image[:, 320:] = 200
    wearables = [Wearable("ball", each.model) for each in worn]
    with Pipeline(wearables, streaming=False) as pipeline:
        pipeline.process(image, 0.0, CAMERA)
    dim, bright = (shot.lighting.exposure for shot in renderer.shots)
    assert dim < 0.8 * bright


def test_the_light_of_a_stream_changes_slowly(renderer: RendererStandIn) -> None:
    with Pipeline([Wearable("ball", ball())], streaming=True) as pipeline:
        for k in range(30):
            brightness = 150 if k < 6 else 20  # the lamp goes out
            pipeline.process(np.full((480, 640, 3), brightness, np.uint8), 33.0 * k, CAMERA)
    exposures = [shot.lighting.exposure for shot in renderer.shots]
    assert all(np.diff(exposures) <= 0)
    assert exposures[-1] < exposures[0]
    assert np.abs(np.diff(exposures)).max() < 0.6 * (exposures[0] - exposures[-1])


@pytest.mark.parametrize("streaming", [False, True])
def test_smoothing_is_for_streams_and_can_be_left_out(
    renderer: RendererStandIn, streaming: bool
) -> None:
    for smoothing in (True, False):
        options = TryOnOptions(smoothing=smoothing)
        with Pipeline([Wearable("b", ball())], streaming=streaming, options=options) as pipeline:
            assert pipeline._solver.smoothing == (streaming and smoothing)
            assert pipeline._tracker.streaming == streaming


def test_closing_closes_its_own_renderer_but_not_a_shared_one(renderer: RendererStandIn) -> None:
    shared = RendererStandIn()
    with Pipeline([Wearable("ball", ball())], streaming=True, renderer=shared) as pipeline:
        pipeline.process(grey_image(), 0.0, CAMERA)
    assert (shared.closed, renderer.closed, TrackerStandIn.open) == (False, False, 0)
    with Pipeline([Wearable("ball", ball())], streaming=True) as pipeline:
        pipeline.close()
    assert (renderer.closed, TrackerStandIn.open) == (True, 0)


def test_a_renderer_that_cannot_start_leaves_no_tracker_behind(
    renderer: RendererStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("no graphics")

    monkeypatch.setattr(pipeline_module, "RenderWorker", fail)
    with pytest.raises(RuntimeError, match="no graphics"):
        Pipeline([Wearable("ball", ball())], streaming=True)
    assert TrackerStandIn.open == 0


def test_supersampling_keeps_within_its_bound() -> None:
    for detail in (STILL, FILM, LIVE):
        for side in (20, 100, 200, 400, 900, 4000):
            n = detail.supersampling_of(PixelRegion(0, 0, side, side))
            assert 1 <= n <= detail.supersampling
            assert n == 1 or n * n * side * side <= detail.samples_px
            if n < detail.supersampling:
                assert (n + 1) ** 2 * side * side > detail.samples_px
    assert Detail(3, 10**9, 6, False).supersampling_of(PixelRegion(0, 0, 100, 100)) == 3


def test_support_points_bound_the_projection_of_every_vertex() -> None:
    model = build_model(configure("solitaire", {"carat": "1.5"}))
    points = support_points(model)
    vertices = np.concatenate([part.world_mesh().positions for part in model.parts])
    assert len(points) < 300
    random = np.random.default_rng(2)
    for _ in range(20):
        turn = RigidTransform.from_axis_angle(random.standard_normal(3), random.uniform(0, 6))
        placed = at(0.01, -0.02, 0.35) @ turn
        region = worn_region(Worn(model, placed), points, CAMERA, 640, 480)
        assert region is not None
        pixels = CAMERA.project(placed.apply(vertices))
        assert (pixels >= (region.x, region.y)).all()
        assert (pixels <= (region.x + region.width, region.y + region.height)).all()


def test_the_region_reaches_as_far_as_the_shadow() -> None:
    bare, worn = ball(0.01), ball(0.01, inner_diameter=0.018)
    regions = [
        worn_region(Worn(model, at(0, 0, 0.4)), support_points(model), CAMERA, 640, 480)
        for model in (bare, worn)
    ]
    assert regions[0] is not None
    assert regions[1] is not None
    assert regions[1].height - regions[0].height == pytest.approx(
        2 * SEEN_REACH * TUBE_REACH[Anchor.FINGER] * 0.009 / 0.4 * 800, abs=4
    )


@pytest.mark.parametrize("place", [(0, 0, -0.4), (0, 0, 0.005), (1.0, 0, 0.4), (0, -1.0, 0.4)])
def test_what_is_behind_the_camera_or_outside_the_picture_is_not_drawn(
    place: tuple[float, float, float],
) -> None:
    model = ball()
    worn = Worn(model, at(*place))
    assert worn_region(worn, support_points(model), CAMERA, 640, 480) is None


def test_overlapping_regions_are_drawn_together_and_others_apart() -> None:
    regions = [
        PixelRegion(0, 0, 10, 10),
        PixelRegion(100, 0, 10, 10),
        None,
        PixelRegion(8, 8, 10, 10),
        PixelRegion(16, 0, 10, 10),  # meets the union of the first and the fourth only
    ]
    groups = {members: region for region, members in group_overlapping(regions)}
    assert set(groups) == {(0, 3, 4), (1,)}
    assert groups[0, 3, 4] == PixelRegion(0, 0, 26, 18)


def test_touching_regions_do_not_overlap() -> None:
    regions = [PixelRegion(0, 0, 10, 10), PixelRegion(10, 0, 10, 10), PixelRegion(0, 10, 10, 10)]
    assert len(group_overlapping(regions)) == 3


@pytest.fixture(scope="module")
def solitaire() -> Model:
    return build_model(configure("solitaire", {}))


@pytest.fixture(scope="module")
def real(solitaire: Model) -> Iterator[Pipeline]:
    with Pipeline([Wearable("solitaire", solitaire)], streaming=False) as pipeline:
        yield pipeline


@pytest.mark.gpu
@pytest.mark.parametrize("name", ["sample2.jpg", "sample4.jpg", "sample5.jpg"])
def test_a_real_photo_gets_its_ring_at_the_finger_and_nothing_else(
    real: Pipeline, name: str
) -> None:
    photo = read_photo(PHOTOS / name)
    result = real.process(photo.image, 0.0, photo.intrinsics)
    assert result.placements
    changed = (result.image != photo.image).any(axis=2)
    rows, columns = np.nonzero(changed)
    for row, column in zip(rows[::50], columns[::50], strict=True):
        nearest = min(
            np.hypot(*(placed.center_px - (column, row))) / placed.width_px
            for placed in result.placements
        )
        assert nearest < 2.5
    best = max(result.placements, key=lambda placed: placed.confidence)
    x, y = np.round(best.center_px).astype(int)
    reach = int(best.width_px)
    assert changed[y - reach : y + reach, x - reach : x + reach].mean() > 0.05


@pytest.mark.gpu
def test_the_same_photo_gives_the_same_picture_twice(real: Pipeline) -> None:
    photo = read_photo(PHOTOS / "sample5.jpg")
    first, second = (real.process(photo.image, 0.0, photo.intrinsics) for _ in range(2))
    np.testing.assert_array_equal(first.image, second.image)


@pytest.mark.gpu
def test_a_closed_pipeline_leaves_no_thread(solitaire: Model) -> None:
    image = read_photo(PHOTOS / "sample5.jpg").image[::2, ::2].copy()
    before = set(threading.enumerate())
    with Pipeline([Wearable("solitaire", solitaire)], streaming=True) as pipeline:
        for k in range(3):
            pipeline.process(image, 33.0 * k)
    assert set(threading.enumerate()) <= before


def test_measured_light_stands_where_it_was_measured(renderer: RendererStandIn) -> None:
    room = environment_of(TENT)
    red = grey_image()
    red[..., 1:] = 40
    for measured in (None, room):
        options = TryOnOptions(room=measured)
        with Pipeline([Wearable("ball", ball())], streaming=False, options=options) as pipeline:
            pipeline.process(red, 0.0, CAMERA)
    studio, measured_light = (shot.lighting for shot in renderer.shots)
    assert studio.environment is None
    assert measured_light.environment is room
    np.testing.assert_array_equal(
        measured_light.environment_from_camera, np.diag([1.0, -1.0, -1.0])
    )
    assert measured_light.tint == studio.tint  # the camera sees it as warm either way
