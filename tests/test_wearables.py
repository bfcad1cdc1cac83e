"""From words to what is worn, and where."""

from __future__ import annotations

import numpy as np
import pytest

from models3d.frames import Anchor
from tryon.errors import NotWearable
from tryon.types import Ear, Finger, Hand
from tryon.wearables import MOST_PIECES, Place, parse_place, wearable, wearables_of
from viewer.errors import InvalidOption, UnknownProduct

USUAL = Place()


def test_a_place_names_a_finger_and_a_hand_in_either_order():
    for text in ("left.index", "index.left"):
        place = parse_place(text, USUAL, Anchor.FINGER)
        assert (place.finger, place.hand) == (Finger.INDEX, Hand.LEFT)
    assert parse_place("index", USUAL, Anchor.FINGER) == Place(Finger.INDEX)


def test_left_is_a_hand_for_a_watch_and_an_ear_for_an_earring():
    assert parse_place("left", USUAL, Anchor.WRIST) == Place(hand=Hand.LEFT)
    assert parse_place("left", USUAL, Anchor.EAR) == Place(ear=Ear.LEFT)


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("index", Anchor.WRIST),
        ("index", Anchor.EAR),
        ("left", Anchor.NECK),
        ("toe", Anchor.FINGER),
        ("", Anchor.FINGER),
        ("left.", Anchor.FINGER),
    ],
)
def test_a_place_that_is_none_is_refused_with_what_to_write(text, anchor):
    with pytest.raises(NotWearable, match=r"write (a finger|@left|no place)"):
        parse_place(text, USUAL, anchor)


def test_pieces_keep_their_order_and_take_the_usual_place_unless_they_name_one():
    usual = Place(Finger.MIDDLE, Hand.RIGHT)
    worn = wearables_of(["band", "solitaire@left.ring"], [], usual)
    assert [(w.product, w.finger, w.hand) for w in worn] == [
        ("band", Finger.MIDDLE, Hand.RIGHT),
        ("solitaire", Finger.RING, Hand.LEFT),
    ]


def test_a_setting_goes_to_every_piece_that_has_it_and_a_named_one_to_its_own():
    settings = ["metal=platinum_950", "carat=0.5", "band:metal=gold_18k_rose_5N"]
    band, solitaire = wearables_of(["band", "solitaire"], settings, USUAL)
    alone = wearables_of(["band"], ["metal=gold_18k_rose_5N"], USUAL)[0]
    assert band.model is alone.model
    assert (
        solitaire.model
        is wearables_of(["solitaire"], ["carat=0.5", "metal=platinum_950"], USUAL)[0].model
    )


def test_the_same_piece_twice_is_one_model():
    one, other = wearables_of(["band@left.ring", "band@right.ring"], [], USUAL)
    assert one.model is other.model
    assert one.hand is not other.hand


def test_what_nobody_has_is_refused():
    with pytest.raises(InvalidOption, match="No piece that is worn"):
        wearables_of(["band", "solitaire"], ["sails=3"], USUAL)
    with pytest.raises(InvalidOption, match="which is not worn"):
        wearables_of(["band"], ["halo:carat=1"], USUAL)
    with pytest.raises(UnknownProduct):
        wearables_of(["crown"], [], USUAL)
    with pytest.raises(NotWearable, match="at once"):
        wearables_of(["band"] * (MOST_PIECES + 1), [], USUAL)


@pytest.mark.parametrize("product", ["solitaire", "band"])
def test_a_ring_is_made_for_the_finger_that_wears_it(product):
    """What is drawn fills the finger: metal and stone would grow with a ring of another finger."""
    made = {finger: wearable(product, {}, Place(finger)) for finger in Finger}
    inner = {finger: each.model.inner_diameter for finger, each in made.items()}
    assert inner[Finger.RING] == pytest.approx(17.19e-3, abs=1e-5)
    assert inner[Finger.THUMB] > inner[Finger.INDEX] > inner[Finger.MIDDLE] > inner[Finger.RING]
    assert inner[Finger.RING] > inner[Finger.LITTLE]
    assert 1.2 < inner[Finger.THUMB] / inner[Finger.RING] < 1.35
    wall = {
        finger: np.ptp(np.vstack([part.mesh.positions for part in each.model.parts])[:, 0])
        - inner[finger]
        for finger, each in made.items()
    }
    assert wall[Finger.THUMB] == pytest.approx(wall[Finger.RING], rel=0.05)
    assert {each.configuration for each in made.values()} == {made[Finger.RING].configuration}


def test_a_size_that_was_chosen_stays():
    chosen = wearable("band", {"size": "EU 50"}, Place(Finger.THUMB))
    assert chosen.model.inner_diameter == pytest.approx(50e-3 / np.pi, abs=1e-6)
