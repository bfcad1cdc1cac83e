"""What hides a chain: collars, jackets, hair and hands, photo by photo and frame by frame."""

from __future__ import annotations

import numpy as np

from models3d.frames import Array, Image, PixelRegion
from tests.arms import drawn_arm
from tests.faces import face_of, turned_head
from tests.hands import CAMERA, posed_hand
from tryon.covers.collar import Look, Wear, worn_under
from tryon.covers.collar_rules import Run, Side, other_cloth
from tryon.covers.cover import SkinTone, skin_tone
from tryon.covers.hands_before import hands_over
from tryon.covers.head_hair import strandy as strandiness
from tryon.covers.tones import features
from tryon.solvers.neck_covers import forearms_near
from tryon.solvers.neck_memory import Remembered, wear_now
from tryon.types import Frame, PersonMask, Seen, Share

SKIN = (205, 160, 135)
NO_HAIR = SkinTone(np.zeros((1, 3)), 0.0)
REGION = PixelRegion(0, 0, 200, 200)


def _run(face_side: int = 1) -> Run:
    """A chain from the picture's middle up to one side, 0.2 m long at 1000 px a metre."""
    share = np.linspace(0.0, 1.0, 81)
    points = np.stack([100.0 + face_side * 70.0 * share, 190.0 - 180.0 * share], axis=1)
    return Run(points, 0.2 * share, np.ones(81, bool))


def tone_of_skin() -> SkinTone:
    return skin_tone(np.full((40, 40, 3), SKIN, np.uint8), np.full((50, 2), 20.0))


def _wear(
    image: Image,
    person: PersonMask | None = None,
    before: Share | None = None,
    throat_px: Array | None = None,
) -> Wear:
    look = Look(
        image,
        REGION,
        (_run(1), _run(-1)),
        1000.0,
        face_of(turned_head()),
        tone_of_skin(),
        NO_HAIR,
        person,
        before,
        throat_px=throat_px,
    )
    return worn_under(look)


def _worn(image: Image, person: PersonMask | None = None, before: Share | None = None) -> Array:
    wear = _wear(image, person, before)
    at = np.rint(_run(1).points_px).astype(int)
    return np.asarray(wear.veil.hides[at[:, 1], at[:, 0]], np.float64)


def test_a_chain_goes_under_a_collar_and_over_a_jumper() -> None:
    shirt = np.full((200, 200, 3), SKIN, np.uint8)
    shirt[:70] = (40, 60, 160)
    hidden = _worn(shirt)
    assert hidden[-20:].min() > 0.6
    assert hidden[5:40].max() < 0.2
    jumper = np.full((200, 200, 3), SKIN, np.uint8)
    jumper[90:] = (40, 60, 160)
    assert _worn(jumper).max() < 0.25


def test_what_a_chain_comes_out_on_beyond_a_collar_is_skin_by_its_colour_alone() -> None:
    """Red hair that lies on a collar has nearly a skin's colour; shaded skin has a skin's."""
    for above, seen in (((150, 84, 44), False), ((160, 124, 105), True)):
        shirt = np.full((200, 200, 3), SKIN, np.uint8)
        shirt[70:130] = (40, 60, 160)
        shirt[:70] = above
        hidden = _worn(shirt)[-24:-4]
        assert hidden.max() < 0.3 if seen else hidden.min() > 0.7


def test_a_collar_that_lies_over_one_side_of_a_chain_lies_over_the_other_as_well() -> None:
    """A front that lies off the middle, on the collar itself, is not worn over it."""
    shirt = np.full((200, 200, 3), SKIN, np.uint8)
    shirt[:90], shirt[:, :105] = (40, 60, 160), (40, 60, 160)
    wear = _wear(shirt)
    for side, beyond in ((1, slice(50, None)), (-1, slice(8, None))):
        x, y = np.rint(_run(side).points_px[beyond]).astype(int).T
        assert wear.veil.hides[y, x].min() > 0.6
    other = shirt.copy()
    other[:, :105] = (220, 215, 205)  # a cloth of its own, under the chain
    x, y = np.rint(_run(-1).points_px[4:]).astype(int).T
    assert _wear(other).veil.hides[y, x].max() < 0.3


def test_plain_cloth_of_the_hairs_colour_is_no_hair() -> None:
    random = np.random.default_rng(3)
    share = np.ones((100, 100), np.float32)
    strands = np.repeat(random.integers(10, 70, (1, 100, 1)), 100, axis=0)
    picture = np.repeat(strands, 3, axis=2).astype(np.uint8)
    picture[60:] = 34
    strandy = strandiness(features(picture)[..., 0], share, 40)
    assert np.median(strandy[5:55, 5:-5]) > 0.9
    assert strandy[66:].max() < 0.1


def test_a_chain_that_comes_off_an_inner_cloth_onto_the_neck_lies_over_it() -> None:
    """A jacket's collar lies over the chain up to the nape; a vest's edge below a neck does not."""
    points = np.arange(49)
    outer, inner = (4.4, 0.0, 0.0), (2.9, 0.0, 0.0)
    for last, under in ((48, 26), (45, 49)):
        inside = np.ones(49, bool)
        side = Side(
            Run(np.stack([points, points], axis=1), 0.003 * points, inside),
            inside,
            ~inside,
            inside,
            np.zeros(49),
            np.where(points <= last, 1.0, 0.5),
            np.zeros(49),
            np.where(points[:, None] < 26, outer, inner),
        )
        assert other_cloth(side, np.array(outer)) == under


def test_a_chain_ends_at_the_silhouette() -> None:
    skin = np.full((200, 200, 3), SKIN, np.uint8)
    share = np.ones((200, 200), np.float32)
    share[:, 150:] = 0.0
    hidden = _worn(skin, PersonMask(share, 0.0))
    at = _run(1).points_px[:, 0]
    assert hidden[at > 156].min() > 0.9
    assert hidden[at < 140].max() < 0.2


def test_a_hand_hides_what_is_behind_it() -> None:
    hand = posed_hand()
    low = np.floor(hand.points_px.min(axis=0)).astype(int) - 90
    size = np.ceil(np.ptp(hand.points_px, axis=0)).astype(int) + 180
    region = PixelRegion(int(low[0]), int(low[1]), int(size[0]), int(size[1]))
    mask = hands_over(region, (hand,), None)
    assert mask is not None
    middle = np.rint(hand.points_px[[0, 5, 9, 13, 17]].mean(axis=0) - low).astype(int)
    assert mask[middle[1], middle[0]] > 0.95
    assert mask[0].max() < 0.05
    assert hands_over(PixelRegion(0, 0, 5, 5), (), None) is None


def test_a_forearm_hides_where_it_runs_and_not_where_the_hand_points() -> None:
    hand = posed_hand()
    arm = drawn_arm(hand, bend_deg=45.0)
    wrist, palm = hand.points_px[0], float(np.linalg.norm(hand.points_px[9] - hand.points_px[0]))
    up_arm = wrist - 0.8 * palm * arm.towards_hand
    straight_on = wrist + 0.8 * (wrist - hand.points_px[9])
    whole = PixelRegion(0, 0, arm.image.shape[1], arm.image.shape[0])
    frame = Frame(arm.image, Seen(hands=(hand,)), CAMERA, 0.0)
    by_hand = hands_over(whole, (hand,), None)
    by_arm = hands_over(whole, (hand,), None, forearms_near(frame, whole))
    assert by_hand is not None
    assert by_arm is not None
    for point, hand_alone, with_arm in ((up_arm, 0.0, 1.0), (straight_on, 1.0, 0.0)):
        column, row = np.rint(point).astype(int)
        assert abs(float(by_hand[row, column]) - hand_alone) < 0.1
        assert abs(float(by_arm[row, column]) - with_arm) < 0.1
    assert forearms_near(frame, PixelRegion(0, 0, 2, 2)) == [None]


def test_another_cloth_than_the_fronts_lies_over_a_chain() -> None:
    suit = np.full((200, 200, 3), (25, 25, 28), np.uint8)  # a black top, a white shirt, a jacket
    suit[60:120] = (225, 228, 230)
    suit[:60] = (60, 70, 110)
    hidden = _worn(suit)
    assert hidden[-20:].min() > 0.9
    assert hidden[45:60].min() > 0.9
    assert hidden[3:25].max() < 0.1


def test_an_inner_cloth_that_one_side_crosses_to_the_skin_lies_below_the_other_as_well() -> None:
    """A robe's two tippets over a black shirt: on one side the neck stands a little higher."""
    robe = np.full((200, 200, 3), (150, 150, 156), np.uint8)
    robe[:115] = (34, 34, 36)
    hidden = [_over(robe, side)[-20:].min() for side in (1, -1)]
    assert min(hidden) > 0.9
    robe[:70, 100:] = SKIN
    assert max(_over(robe, side).max() for side in (1, -1)) < 0.2
    robe[70:115, 100:] = (150, 150, 156)  # that side meets no such cloth
    assert _over(robe, -1)[-20:].min() > 0.9


def _over(image: Image, side: int) -> Array:
    """What hides one side of a chain."""
    x, y = np.rint(_run(side).points_px).astype(int).T
    return np.asarray(_wear(image).veil.hides[y, x], np.float64)


def test_what_lies_beside_a_hand_is_no_bare_chest() -> None:
    jumper = np.full((200, 200, 3), (40, 60, 160), np.uint8)
    jumper[150:] = SKIN  # of a hand that the veil of hands covers but for its rim
    before = np.zeros((200, 200), np.float32)
    before[165:] = 1.0
    assert _worn(jumper, before=before)[40:].max() < 0.1
    assert _worn(jumper)[40:].min() > 0.9


def test_a_chain_that_comes_to_skin_nowhere_is_not_worn_below_a_bare_throat() -> None:
    coat = np.full((200, 200, 3), (40, 60, 160), np.uint8)
    throat = np.array([100.0, 40.0])
    assert _wear(coat, throat_px=throat).shown > 0.9  # a roll neck
    coat[20:60, 85:115] = SKIN
    assert _wear(coat, throat_px=throat).shown == 0.0
    jumper = np.full((200, 200, 3), (40, 60, 160), np.uint8)
    jumper[:60] = SKIN
    assert _wear(jumper, throat_px=throat).shown > 0.9


def test_a_stream_looks_for_veils_in_steps_and_moves_the_newest() -> None:
    random = np.random.default_rng(5)
    image = random.integers(0, 255, (200, 200, 3), dtype=np.uint8)
    known = Remembered()
    runs = (_run(1), _run(-1))
    look = Look(image, REGION, runs, 1000.0, face_of(turned_head()), tone_of_skin(), NO_HAIR)
    begun = []

    def now() -> Look:
        begun.append(known.frames)
        return look

    for _ in range(40):
        wear = wear_now(known, 0, np.array([0.3 + known.frames, 5.0]), now)
        assert wear.veil.region.width == REGION.width
        assert -1 <= wear.veil.region.x <= 20
        known.frames += 1
    assert begun[0] == 0
    assert np.diff(begun).min() >= 8
    assert len(begun) == 5
