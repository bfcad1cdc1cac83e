"""Beside a card or a coin a set is shown at its true size, and says how it fits."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from serving import MADE, Echo, application, jpeg
from tables import Drawn, Scene, drawn

from cli import main as parure
from models3d.mesh import Model
from tryon import pipeline
from tryon.errors import NotWearable, TakeAgain
from tryon.pipeline import Pipeline, TryOnOptions
from tryon.sizing.estimate import FINGER_DEPTH
from tryon.sizing.references import reference
from tryon.sizing.table import LIFTED_MM
from tryon.sizing.true_size import at_true_size
from tryon.solver import SetSolver
from tryon.types import Finger, Frame, Hand, Placement, Seen, Verdict, Wearable
from tryon.wearables import Place, wearable

CARD = Scene()
COIN = Scene(reference="coin:EUR1", at_mm=(-80.0, -112.0))


def placed(scene: Scene, *worn: Wearable) -> list[Placement]:
    """Where a set sits on a drawn table."""
    return [placement for placement, _ in drawn_on(drawn(scene), scene.reference or "card", *worn)]


def drawn_on(picture: Drawn, word: str, *worn: Wearable) -> list[tuple[Placement, Model]]:
    frame = Frame(picture.image, Seen(hands=(picture.hand,)), picture.camera, 0.0)
    layers = SetSolver(worn, smoothing=False).solve(frame)
    return [
        (piece.placement, piece.worn[0].model)
        for layer in at_true_size(frame, reference(word), worn, layers)
        for piece in layer.pieces
    ]


@cache
def ring(size: str = "EU 54", product: str = "solitaire", finger: Finger = Finger.RING) -> Wearable:
    return wearable(product, {"size": size}, Place(finger))


def true_mm_per_px(scene: Scene) -> float:
    """Of what lies as high over the drawn table as a finger's middle."""
    height = 0.5 * FINGER_DEPTH * scene.breadth_mm + LIFTED_MM
    return (scene.distance_mm - height) / drawn(scene).camera.fx


def shown_mm_per_px(placement: Placement, scene: Scene) -> float:
    return 1e3 * float(placement.camera_from_anchor.translation[2]) / drawn(scene).camera.fx


@pytest.mark.parametrize("breadth", [15.0, 18.0, 20.5])
@pytest.mark.parametrize("scene", [CARD, COIN], ids=["card", "coin"])
def test_the_stone_is_as_large_as_it_is_on_any_finger(scene: Scene, breadth: float) -> None:
    """What is drawn at the finger's true distance, and not grown, has its true size."""
    scene = replace(scene, breadth_mm=breadth)
    ((placement, model),) = drawn_on(drawn(scene), scene.reference or "", ring())
    assert shown_mm_per_px(placement, scene) == pytest.approx(true_mm_per_px(scene), rel=0.015)
    assert model.bill is not None
    assert model.bill.dimension("head_width") == pytest.approx(6.469, abs=0.001)
    assert placement.fit is not None
    assert placement.fit.shown == pytest.approx(1.0, abs=0.006)  # half a size of the grid
    scale = placement.scale
    assert scale is not None
    assert scale.source == scene.reference
    assert scale.mm_per_px.low < true_mm_per_px(scene) < scale.mm_per_px.high
    assert scale.mm_per_px.high / scale.mm_per_px.low < (1.06 if scene.reference == "card" else 1.2)


def test_without_a_reference_the_same_stone_is_as_large_as_the_finger_makes_it() -> None:
    """So the reference matters: a slim finger's EU 54 is drawn a fifth larger than it is."""
    scene = replace(CARD, breadth_mm=15.0)
    picture = drawn(scene)
    frame = Frame(picture.image, Seen(hands=(picture.hand,)), picture.camera, 0.0)
    (layer,) = SetSolver([ring()], smoothing=False).solve(frame)
    (piece,) = layer.pieces
    assert shown_mm_per_px(piece.placement, scene) > 1.08 * true_mm_per_px(scene)


def test_the_size_that_was_asked_for_changes_the_verdict_and_not_the_picture() -> None:
    worn = {size: placed(CARD, ring(size))[0] for size in ("EU 44", "EU 53", "EU 62")}
    verdicts = [placement.fit.verdict for placement in worn.values() if placement.fit]
    assert verdicts == [Verdict.TOO_SMALL, Verdict.FITS, Verdict.TOO_LARGE]
    first, *others = worn.values()
    for other in others:
        np.testing.assert_allclose(
            other.camera_from_anchor.matrix, first.camera_from_anchor.matrix, atol=1e-6
        )
        assert other.fit is not None
        assert first.fit is not None
        assert other.fit.girth_mm == first.fit.girth_mm
    too_large = worn["EU 62"].fit
    assert too_large is not None
    assert "EU 62 is too large for the left ring finger, by 2.7 mm of diameter" in (
        too_large.sentence
    )
    assert too_large.made_for_mm == pytest.approx(62.0, abs=0.01)


def test_where_the_interval_allows_the_other_a_verdict_is_only_probable() -> None:
    (placement,) = placed(CARD, ring("EU 55.5"))
    fit = placement.fit
    assert fit is not None
    assert fit.girth_mm is not None
    assert fit.made_for_mm is not None
    assert fit.girth_mm.low < fit.made_for_mm < fit.girth_mm.high
    assert fit.verdict is Verdict.TOO_LARGE
    assert "is probably too large" in fit.sentence


def test_sizes_are_told_in_the_system_that_was_asked_in() -> None:
    (placement,) = placed(CARD, ring("US 9"))
    assert placement.fit is not None
    assert placement.fit.sentence.startswith("US 9 is too large")
    assert "it measures US 6" in placement.fit.sentence


def test_rings_stacked_on_one_finger_are_both_told() -> None:
    both = placed(CARD, ring("EU 62", "band"), ring("EU 53", "band"))
    assert [each.fit.verdict for each in both if each.fit] == [Verdict.TOO_LARGE, Verdict.FITS]
    apart = np.diff([each.camera_from_anchor.translation for each in both], axis=0)
    assert float(np.linalg.norm(apart)) > 3.9e-3  # they do not sit in one another


def test_a_foreign_ring_is_worn_on_the_finger_and_says_how_far_from_its_size() -> None:
    scene = replace(CARD, breadth_mm=15.0)
    foreign = replace(ring(), configuration=None)
    (placement,) = placed(scene, foreign)
    fit = placement.fit
    assert fit is not None
    assert fit.shown == pytest.approx(15.0 / 17.19, rel=0.015)
    assert f"{1.0 - fit.shown:.0%} smaller than it is" in fit.sentence


@pytest.mark.parametrize("product", ["dress-watch", "bangle", "cuff", "tennis-bracelet"])
def test_what_is_worn_at_the_wrist_has_its_true_size(product: str) -> None:
    near, far = (
        placed(scene, wearable(product, {}, Place()))[0]
        for scene in (CARD, replace(CARD, distance_mm=400.0))
    )
    for placement in (near, far):
        assert placement.scale is not None
        shown = 1e3 * float(placement.camera_from_anchor.translation[2]) / drawn(CARD).camera.fx
        # a piece on the back of the wrist is nearer than the wrist's middle, by some millimetres
        assert shown == pytest.approx(placement.scale.mm_per_px.value, rel=0.03)
        assert placement.fit is not None
        assert placement.fit.shown == 1.0
    assert near.width_px / far.width_px == pytest.approx(400.0 / 330.0, rel=0.06)


def test_a_watch_for_a_thick_wrist_is_remade_for_the_wrist_that_is_seen() -> None:
    worn = [wearable("dress-watch", {"wrist": str(girth)}, Place()) for girth in (160, 205)]
    (thin, first), (thick, second) = (drawn_on(drawn(CARD), "card", each)[0] for each in worn)
    assert first.bill is not None
    assert second.bill is not None
    assert first.bill.dimension("case_diameter") == second.bill.dimension("case_diameter")
    np.testing.assert_allclose(first.extras["section_mm"], second.extras["section_mm"], rtol=1e-3)
    np.testing.assert_allclose(
        thin.camera_from_anchor.translation, thick.camera_from_anchor.translation, atol=1e-3
    )


def test_a_watch_too_large_for_the_wrist_that_is_seen_says_so() -> None:
    (placement,) = placed(
        CARD, wearable("dive-watch", {"case_diameter": "44", "wrist": "195"}, Place())
    )
    assert placement.fit is not None
    assert "from lug to lug is too large for a wrist of" in placement.fit.sentence


def test_nothing_is_silently_ignored() -> None:
    bare = drawn(replace(CARD, reference=None))
    with pytest.raises(TakeAgain, match="no bank card is seen"):
        drawn_on(bare, "card", ring())
    with pytest.raises(TakeAgain, match="no hand is seen"):
        at_true_size(Frame(bare.image, Seen(), bare.camera, 0.0), reference("card"), (ring(),), ())
    options = TryOnOptions(reference=reference("card"))
    with pytest.raises(NotWearable, match="nothing of the kind is worn"):
        Pipeline([wearable("stud-earrings", {}, Place())], streaming=False, options=options)
    with pytest.raises(ValueError, match="in photos"):
        Pipeline([ring()], streaming=True, options=options)


def test_a_finger_whose_edges_are_not_clear_says_why() -> None:
    scene = replace(CARD, fingers_apart=0.72)
    (placement,) = placed(scene, ring("EU 54", "band", Finger.MIDDLE))
    fit = placement.fit
    assert fit is not None
    assert fit.verdict is Verdict.UNTOLD
    assert fit.girth_mm is None
    assert "the edges of the middle finger are not clear" in fit.sentence
    assert placement.scale is not None
    assert placement.scale.source == "card"


def test_a_ring_for_the_other_hand_is_not_put_on_this_one() -> None:
    assert placed(CARD, replace(ring(), hand=Hand.RIGHT)) == []


class Detector:
    """A tracker that finds the drawn hand in whatever it is shown."""

    notices: tuple[str, ...] = ()
    heavy_every = 1

    def __init__(self, wanted: object, *, streaming: bool) -> None:
        assert not streaming

    def detect(self, image: np.ndarray, time_ms: float) -> Seen:
        return Seen(hands=(drawn(CARD).hand,))

    def close(self) -> None:
        """Nothing is open."""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(parure, ["tryon", *(str(each) for each in arguments)])


@pytest.mark.gpu
def test_the_command_tells_how_it_fits_and_goes_on_without_the_photo_that_has_no_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "Tracker", Detector)
    for name, scene in (("a.jpg", replace(CARD, reference=None)), ("b.jpg", CARD)):
        (tmp_path / name).write_bytes(jpeg(drawn(scene).image, quality=95))
    records, worn = tmp_path / "worn.jsonl", tmp_path / "worn"
    done = run(
        tmp_path / "a.jpg", tmp_path / "b.jpg", "--product", "band", "--set", "size=EU 60",
        "--reference", "card", "--json", records, "-o", worn,
    )  # fmt: skip
    assert done.exit_code == 2
    assert "a.jpg: Take the photo again, because no bank card is seen" in done.output
    assert "b.jpg: band: EU 60 is too large for the left ring finger" in done.output
    (record,) = [json.loads(line) for line in records.read_text(encoding="utf-8").splitlines()]
    (placement,) = record["placements"]
    assert placement["scale"]["from"] == "card"
    fit = placement["fit"]
    assert fit["verdict"] == "too large"
    assert fit["girth_mm"]["low"] < fit["girth_mm"]["value"] < fit["girth_mm"]["high"]
    assert fit["sentence"] in done.output
    assert [path.name for path in worn.iterdir()] == ["b.jpg"]


def test_the_command_looks_for_a_reference_in_pictures_only(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"no film")
    done = run(clip, "--product", "band", "--reference", "card", "-o", tmp_path / "out.mp4")
    assert done.exit_code == 2
    assert "clip.mp4: a card or a coin is looked for in pictures only" in done.output
    done = run(tmp_path / "a.jpg", "--product", "band", "--reference", "iris", "--json", "-")
    assert done.exit_code == 2
    assert '"iris" is no known reference' in done.output


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with application(tmp_path_factory.mktemp("store"), PIPELINE=Echo) as app:
        yield app.test_client()


def test_the_service_takes_the_same_words(client: FlaskClient) -> None:
    def send(**fields: str) -> tuple[int, str]:
        data = {"product": "band", "photo": (photo_file(), "p.jpg"), **fields}
        answer = client.post("/api/v1/tryon", data=data)
        return answer.status_code, answer.get_data(as_text=answer.status_code != 200)

    MADE.clear()
    assert send(reference="coin:EUR1")[0] == 200
    assert send()[0] == 200
    with_coin, without = MADE
    assert with_coin.options.reference is reference("coin:EUR1")
    assert without.options.reference is None
    status, said = send(reference="iris")
    assert status == 422
    assert "is no known reference" in said


def photo_file() -> io.BytesIO:
    return io.BytesIO(jpeg(np.full((48, 64, 3), 128, np.uint8)))
