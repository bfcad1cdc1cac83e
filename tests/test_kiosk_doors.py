"""Pairing, the staff's PIN and the hand-over of pictures: who may, how often, and for how long."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.errors import CannotStart, NothingHere, NotPaired, TooManyTries
from kiosk.handover import AT_MOST, LARGEST_BYTES, LIFE_S, Handover, NotClosed
from kiosk.pairing import DEVICES_AT_MOST, LONGEST_S, OFFER_S, Pairing, Role
from kiosk.staff import IDLE_S, PIN_VARIABLE, StaffDoor, staff_pin
from kiosk.tries import ALL, ALL_WITHIN_S, EACH, EACH_WITHIN_S, Tries

CLOSED = bytes(range(200))


class Clock:
    """Time as the test says."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def other(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.mark.parametrize("by", ["code", "link_secret"])
def test_an_offer_pairs_one_device_once(clock: Clock, by: str) -> None:
    pairing = Pairing(clock)
    offer = pairing.offer(Role.DISPLAY)
    token = pairing.pair(f" {getattr(offer, by)[:3]} {getattr(offer, by)[3:]} ", "tablet")
    assert pairing.device(token).role is Role.DISPLAY
    with pytest.raises(NotPaired, match="no longer"):
        pairing.pair(getattr(offer, by), "other")
    assert [each.name for each in pairing.devices()] == ["Screen 1"]
    assert token not in repr(vars(pairing))  # only its hash is kept


def test_an_offer_ends_with_its_time_its_successor_and_its_withdrawal(clock: Clock) -> None:
    pairing = Pairing(clock)
    first = pairing.offer()
    second = pairing.offer()
    with pytest.raises(NotPaired):
        pairing.pair(first.link_secret, "a")
    clock.now += OFFER_S
    with pytest.raises(NotPaired):
        pairing.pair(second.code, "a")
    third = pairing.offer()
    pairing.withdraw()
    with pytest.raises(NotPaired):
        pairing.pair(third.code, "a")


def test_a_pairing_ends_when_it_is_revoked_with_the_day_and_with_all(clock: Clock) -> None:
    pairing = Pairing(clock)
    tokens = [pairing.pair(pairing.offer().code, "a") for _ in range(3)]
    pairing.revoke(pairing.device(tokens[0]).name)
    with pytest.raises(NotPaired):
        pairing.device(tokens[0])
    assert pairing.device(tokens[1]).name == "Tablet 2"
    clock.now += LONGEST_S
    for token in tokens:
        with pytest.raises(NotPaired):
            pairing.device(token)
    last = pairing.pair(pairing.offer().code, "a")
    pairing.revoke_all()
    with pytest.raises(NotPaired):
        pairing.device(last)
    for nothing in (None, "", "x" * 43):
        with pytest.raises(NotPaired):
            pairing.device(nothing)


def test_devices_are_bounded(clock: Clock) -> None:
    pairing = Pairing(clock)
    for _ in range(DEVICES_AT_MOST):
        pairing.pair(pairing.offer().code, "a")
    offer = pairing.offer()
    with pytest.raises(NotPaired, match="end one"):
        pairing.pair(offer.code, "a")
    pairing.revoke("Tablet 1")
    assert pairing.pair(offer.code, "a")


def test_guessing_codes_is_stopped_for_each_device_and_for_all(clock: Clock) -> None:
    pairing = Pairing(clock)
    offer = pairing.offer()
    for _ in range(EACH):
        with pytest.raises(NotPaired):
            pairing.pair(other(offer.code), "guesser")
    with pytest.raises(TooManyTries) as refusal:
        pairing.pair(offer.code, "guesser")  # even the right one
    assert 1 <= refusal.value.retry_after_s <= EACH_WITHIN_S
    assert pairing.pair(offer.code, "tablet")


@given(st.lists(st.tuples(st.floats(0.0, 40.0), st.integers(0, 6)), max_size=120))
@settings(max_examples=50, deadline=None)
def test_no_run_of_wrong_tries_beats_the_bounds(tries: list[tuple[float, int]]) -> None:
    clock = Clock()
    counted, taken = Tries(clock), []
    for dt, device in tries:
        clock.now += dt
        try:
            counted.check(str(device))
        except TooManyTries:
            continue
        counted.wrong(str(device))
        taken.append((clock.now, device))
        lately = [each for then, each in taken if clock.now - then < EACH_WITHIN_S]
        assert lately.count(device) <= EACH
        assert sum(clock.now - then < ALL_WITHIN_S for then, _ in taken) <= ALL


def test_the_staff_enter_with_their_pin_and_leave_when_they_do_nothing(clock: Clock) -> None:
    door = StaffDoor("482910", clock)
    token = door.enter("482910", "mirror")
    clock.now += IDLE_S - 1.0
    assert door.is_in(token)
    clock.now += IDLE_S - 1.0
    assert door.is_in(token)  # asking counted as use
    clock.now += IDLE_S
    assert not door.is_in(token)
    token = door.enter("482910", "mirror")
    door.leave(token)
    assert not door.is_in(token)
    assert not door.is_in(None)


def test_wrong_pins_are_counted_and_without_a_pin_nobody_enters(clock: Clock) -> None:
    door = StaffDoor("482910", clock)
    for wrong in ("", "48291", "4829100", "000000", "482911"):
        with pytest.raises(NotPaired):
            door.enter(wrong, "mirror")
    with pytest.raises(TooManyTries):
        door.enter("482910", "mirror")
    clock.now += EACH_WITHIN_S
    assert door.enter("482910", "mirror")
    with pytest.raises(NotPaired, match=PIN_VARIABLE):
        StaffDoor(None, clock).enter("", "mirror")


@pytest.mark.parametrize("weak", ["", "12345", "abcdef", "111111", "121212", "12 456"])
def test_a_weak_pin_is_refused(weak: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PIN_VARIABLE, weak)
    with pytest.raises(CannotStart, match=PIN_VARIABLE):
        staff_pin()
    monkeypatch.setenv(PIN_VARIABLE, "482910")
    assert staff_pin() == "482910"
    monkeypatch.delenv(PIN_VARIABLE)
    assert staff_pin() is None


def test_a_picture_is_fetched_once(clock: Clock) -> None:
    handover = Handover(clock)
    place = handover.leave(CLOSED)
    assert handover.waiting(place)
    assert handover.fetch(place) == CLOSED
    assert not handover.waiting(place)
    with pytest.raises(NothingHere, match="once"):
        handover.fetch(place)


def test_a_picture_goes_with_time_with_its_client_and_with_too_many(clock: Clock) -> None:
    handover = Handover(clock)
    first = handover.leave(CLOSED)
    clock.now += LIFE_S
    with pytest.raises(NothingHere):
        handover.fetch(first)
    second = handover.leave(CLOSED)
    handover.forget_all()
    assert not handover.waiting(second)
    third = handover.leave(CLOSED)
    for _ in range(AT_MOST):
        handover.leave(CLOSED)
    assert not handover.waiting(third)
    clock.now += LIFE_S
    handover.forget_old()
    assert not vars(handover)["_left"]  # the memory is given back, not only refused


@pytest.mark.parametrize(
    "data",
    [b"", bytes(28), b"\xff\xd8\xff" + CLOSED, b"\x89PNG\r\n" + CLOSED, b"RIFF1234WEBP" + CLOSED],
)
def test_only_closed_pictures_are_taken(clock: Clock, data: bytes) -> None:
    with pytest.raises(NotClosed):
        Handover(clock).leave(data)


def test_a_picture_too_large_is_refused_and_places_cannot_be_guessed(clock: Clock) -> None:
    handover = Handover(clock)
    with pytest.raises(NotClosed, match="too large"):
        handover.leave(bytes(LARGEST_BYTES + 1))
    places = {handover.leave(CLOSED) for _ in range(50)}
    assert len(places) == 50
    for guess in ("", "../../etc/passwd", "a" * 22):
        with pytest.raises(NothingHere):
            handover.fetch(guess)
