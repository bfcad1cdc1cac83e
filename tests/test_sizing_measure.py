"""Fingers measured on drawn tables: what must not change the millimetres, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from tables import Drawn, Scene, drawn

from tryon.errors import TakeAgain, TryOnError
from tryon.sizing.estimate import Measured, measure
from tryon.sizing.references import reference, references
from tryon.sizing.table import find_table
from tryon.types import Finger, Hand, HandLandmarks

COIN = Scene(reference="coin:EUR1", at_mm=(-80.0, -112.0))


def measured(picture: Drawn, word: str = "card", finger: Finger | None = Finger.RING) -> Measured:
    return measure(picture.image, (picture.hand,), picture.camera, reference(word), finger=finger)


@cache
def of(scene: Scene) -> Measured:
    assert scene.reference
    return measured(drawn(scene), scene.reference)


def refusal(picture: Drawn, word: str = "card", finger: Finger | None = Finger.RING) -> str:
    with pytest.raises(TakeAgain) as refused:
        measured(picture, word, finger)
    said = str(refused.value)
    assert said.startswith("Take the photo again, because ")
    assert said.endswith(".")
    return said.removeprefix("Take the photo again, because ")


@pytest.mark.parametrize("breadth", [15.0, 18.0, 20.5])
@pytest.mark.parametrize("scene", [Scene(), COIN], ids=["card", "coin"])
def test_a_drawn_finger_has_its_breadth(scene: Scene, breadth: float) -> None:
    found = of(replace(scene, breadth_mm=breadth)).breadth_mm
    assert found.value == pytest.approx(breadth, abs=0.2)
    assert found.low < breadth < found.high
    assert found.high - found.low < 0.15 * breadth


@pytest.mark.parametrize(
    "other",
    [
        Scene(width=2200, height=1650),
        Scene(turned_deg=90.0),
        Scene(turned_deg=-37.0),
        Scene(turn_deg=80.0),
        Scene(distance_mm=420.0),
        Scene(tilt_deg=12.0),
        Scene(card=(210, 205, 200), ground=(90, 60, 40)),
        Scene(card=(25, 25, 28), ground=(150, 152, 158)),
        Scene(skin=(96, 64, 48)),
    ],
    ids=["larger", "on its side", "aslant", "card turned", "farther", "tilted", "white card",
         "black card", "dark skin"],
)  # fmt: skip
def test_the_photo_changes_and_the_finger_does_not(other: Scene) -> None:
    assert of(other).breadth_mm.value == pytest.approx(of(Scene()).breadth_mm.value, rel=0.01)


def test_a_mirrored_photo_shows_the_same_finger() -> None:
    picture = drawn(Scene())
    points = picture.hand.points_px * (-1.0, 1.0) + (picture.image.shape[1], 0.0)
    hand = replace(
        picture.hand, points_px=points, world=picture.hand.world * (-1, 1, 1), hand=Hand.RIGHT
    )
    image = np.ascontiguousarray(picture.image[:, ::-1])
    other = measured(replace(picture, image=image, hand=hand))
    assert other.hand is Hand.RIGHT
    assert other.breadth_mm.value == pytest.approx(of(Scene()).breadth_mm.value, rel=0.004)


def test_the_interval_grows_with_blur_and_with_distance_and_covers_the_girth() -> None:
    def width(scene: Scene) -> float:
        found = of(scene).girth_mm
        assert found.low < found.value < found.high
        return float(np.log(found.high / found.low))

    assert width(Scene(blur_px=1.6)) > width(Scene())
    assert width(Scene(distance_mm=520.0)) > width(Scene())
    assert width(COIN) > width(Scene())  # a coin does not tell how the table leans


def test_the_girth_is_that_of_an_ellipse_and_the_sizes_are_round_it() -> None:
    found = of(Scene())
    by_breadth = np.pi * found.breadth_mm.value * np.sqrt((1.0 + 0.88**2) / 2.0)
    assert found.girth_mm.value == pytest.approx(by_breadth, rel=1e-6)
    nearest, least, greatest = found.sizes["EU"]
    assert float(nearest[3:]) == pytest.approx(found.girth_mm.value, abs=0.25)
    assert float(least[3:]) < float(nearest[3:]) < float(greatest[3:])


def test_the_outline_that_is_told_is_the_cards() -> None:
    picture = drawn(Scene(tilt_deg=8.0))
    quad = measured(picture).outline_px.astype(np.float32)
    card = picture.outline_px.astype(np.float32)
    common = cv2.intersectConvexConvex(quad, card)[0]
    assert common == pytest.approx(cv2.contourArea(card), rel=0.01)
    assert common == pytest.approx(cv2.contourArea(quad), rel=0.02)


def with_an_eye(picture: Drawn) -> Drawn:
    """A face's eye drawn into the photo: round and clear."""
    image = picture.image.copy()
    for radius, colour in ((60, (230, 190, 165)), (40, (250, 250, 250)), (24, (70, 50, 40))):
        cv2.circle(image, (1300, 820), radius, colour, -1, cv2.LINE_AA)
    return replace(picture, image=image)


def test_an_iris_measures_no_finger() -> None:
    found = measured(with_an_eye(drawn(Scene())))
    assert found.breadth_mm.value == pytest.approx(of(Scene()).breadth_mm.value, rel=1e-6)
    said = refusal(with_an_eye(drawn(Scene(reference=None))))
    assert said.startswith("no bank card is seen")


def test_beside_another_round_thing_a_coin_is_not_believed() -> None:
    said = refusal(with_an_eye(drawn(COIN)), "coin:EUR1")
    assert said == "several round things are seen: leave nothing round beside the coin."


def test_without_a_card_it_asks_for_one() -> None:
    said = refusal(drawn(Scene(reference=None)))
    assert said.startswith("no bank card is seen: lay it flat beside the hand")


@pytest.mark.parametrize(
    "scene",
    [
        Scene(size_mm=(146.0, 71.0), corner_mm=9.0, at_mm=(-108.0, -60.0), turn_deg=90.0),
        Scene(size_mm=(85.6, 53.98), corner_mm=0.0),
        Scene(size_mm=(70.0, 70.0)),
        Scene(at_mm=(-175.0, -100.0)),
        Scene(card=(222, 220, 214)),
    ],
    ids=["phone", "paper", "square", "cut by the picture's edge", "white on white"],
)
def test_what_is_no_card_is_not_taken_for_one(scene: Scene) -> None:
    assert refusal(drawn(scene)).startswith("no bank card is seen")


def test_a_card_is_no_coin_and_a_coin_no_card() -> None:
    assert refusal(drawn(Scene()), "coin:EUR1").startswith("no 1 euro is seen")
    assert refusal(drawn(COIN)).startswith("no bank card is seen")


def test_a_reference_under_the_fingers_is_refused() -> None:
    assert refusal(drawn(Scene(at_mm=(-60.0, -95.0)))).startswith("no bank card is seen")


def test_a_card_drawn_over_the_hand_lies_on_it() -> None:
    picture, bare = drawn(Scene(at_mm=(0.0, -60.0), turn_deg=0.0)), drawn(Scene(reference=None))
    image = bare.image.copy()
    cv2.fillPoly(image, [np.rint(picture.outline_px).astype(np.int32)], (40, 70, 150), cv2.LINE_AA)
    said = refusal(replace(picture, image=image))
    assert said == "the bank card lies on the hand: lay it on the table beside it."


def test_a_table_seen_from_aside_is_refused() -> None:
    said = refusal(drawn(Scene(tilt_deg=33.0, at_mm=(-116.0, -90.0), distance_mm=400.0)))
    assert said == "the table is seen from aside: hold the camera straight above it."


def test_a_blurred_photo_is_refused_as_blurred() -> None:
    said = refusal(drawn(Scene(blur_px=6.0)))
    assert said == "it is blurred: hold the camera still, and wait until it is sharp."


def test_a_small_hand_is_refused() -> None:
    said = refusal(drawn(Scene(width=640, height=480)))
    assert said == "the hand is small in the picture: hold the camera nearer."


def test_fingers_that_touch_are_to_be_spread() -> None:
    said = refusal(drawn(Scene(fingers_apart=0.72)), finger=Finger.MIDDLE)
    assert said.startswith("the edges of the middle finger are not clear: spread the fingers")


def test_a_wrist_that_leaves_the_picture_is_not_guessed() -> None:
    """Beyond its border a picture goes on as its last pixels, with edges that nobody saw."""
    picture = drawn(Scene())
    wrist = float(picture.hand.points_px[0, 1])
    for room in (70, 20, -10):
        cut = picture.image[: int(wrist) + room]
        said = refusal(replace(picture, image=cut), finger=None)
        assert "the wrist" in said or "no bank card" in said


def test_a_coin_never_lies_on_a_table_that_nobody_photographs_so() -> None:
    """A circle may lean two ways; the one beyond the steepest photo allowed is left out."""
    scene = replace(COIN, at_mm=(-150.0, -112.0), tilt_deg=14.0)
    picture = drawn(scene)
    table = find_table(picture.image, [picture.hand], picture.camera, reference("coin:EUR1"))
    assert all(np.degrees(view.tilt) <= 30.0 for view in table.views)
    scales = [table.mm_per_px(np.array([x, 600.0]), 16.0) for x in (20.0, 800.0, 1580.0)]
    assert all(0.0 < each.low < each.value < each.high for each in scales)


def test_without_a_hand_it_asks_for_one() -> None:
    picture = drawn(Scene())
    nobody: tuple[HandLandmarks, ...] = ()
    for hands, hand, said in (
        (nobody, None, "no hand is seen"),
        ((picture.hand,), Hand.RIGHT, "no right hand is seen"),
    ):
        with pytest.raises(TakeAgain, match=said):
            measure(
                picture.image, hands, picture.camera, reference("card"),
                finger=Finger.RING, hand=hand,
            )  # fmt: skip


def test_a_hand_that_is_not_surely_seen_is_refused() -> None:
    picture = drawn(Scene())
    lost = replace(picture.hand, spread_px=np.full(21, np.inf))
    for hand in (lost, replace(picture.hand, score=0.3)):
        said = refusal(replace(picture, hand=hand))
        assert said == "the hand is not clearly seen: lay it flat, fingers apart, in good light."


def test_of_two_hands_the_one_beside_the_card_is_measured() -> None:
    picture = drawn(Scene())
    far = replace(
        picture.hand, points_px=picture.hand.points_px + np.array([500.0, 0.0]), hand=Hand.RIGHT
    )
    both = measure(
        picture.image, (far, picture.hand), picture.camera, reference("card"), finger=Finger.RING
    )
    assert both.hand is Hand.LEFT
    assert both.breadth_mm.value == pytest.approx(of(Scene()).breadth_mm.value, rel=1e-6)


def test_references_are_asked_for_by_their_words_in_any_case() -> None:
    assert reference("CARD") is references()["card"]
    assert reference("coin:eur1").width_mm == 23.25
    with pytest.raises(TryOnError, match="use card, coin:EUR1"):
        reference("iris")
