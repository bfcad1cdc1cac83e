"""The session: who comes gets the mirror, who leaves leaves nothing, in whatever order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kiosk.presence import COME_S, GO_S, STILL_S, PresenceSensor
from kiosk.session import LEAVE_S, RESET_S, WAKE_S, Event, Session, State
from tests.faces import face_of, head_at
from tests.hands import posed_hand
from tryon.types import FaceLandmarks, Seen

STEP = 0.1


def run(session: Session, start: float, seconds: float, **told: bool) -> list[Event]:
    """Steps of a tenth of a second."""
    happened: list[Event] = []
    for k in range(1, round(seconds / STEP) + 1):
        happened += session.step(start + k * STEP, **{"present": False, **told})
    return happened


def test_somebody_who_stays_wakes_the_mirror_and_leaving_forgets_after_twenty_seconds() -> None:
    session = Session(0.0)
    assert run(session, 0.0, 5.0) == []
    assert run(session, 5.0, WAKE_S + 1.0, present=True) == [Event.WOKEN, Event.BEGUN]
    left_at = 5.0 + WAKE_S + 1.0
    assert run(session, left_at, LEAVE_S + 0.05) == [Event.LEFT]
    assert session.state is State.LEAVING
    assert run(session, left_at + 3.0, RESET_S - 3.0 - 0.2) == []
    assert session.standing(left_at + RESET_S - 0.2).left_s == pytest.approx(0.2)
    assert run(session, left_at + RESET_S - 0.2, 0.4) == [Event.FORGOTTEN]
    assert session.state is State.ATTRACT
    assert session.standing(100.0).left_s is None


def test_who_only_passes_wakes_nothing_for_good() -> None:
    session = Session(0.0)
    assert run(session, 0.0, WAKE_S - 0.5, present=True) == [Event.WOKEN]
    assert run(session, 1.0, LEAVE_S + 0.5) == [Event.FORGOTTEN]


def test_a_touch_gives_the_mirror_at_once_and_coming_back_keeps_it() -> None:
    session = Session(0.0)
    assert session.step(1.0, present=False, acted=True) == (Event.WOKEN, Event.BEGUN)
    assert run(session, 1.0, 10.0) == [Event.LEFT]
    assert session.step(11.1, present=True) == (Event.RESUMED,)
    assert session.standing(11.1).number == 1
    assert session.end(11.2) == (Event.FORGOTTEN,)
    assert session.end(11.3) == ()


def test_after_a_pause_of_the_machine_the_next_one_is_somebody_else() -> None:
    session = Session(0.0)
    session.step(1.0, present=False, acted=True)
    assert session.step(3600.0, present=True) == (Event.FORGOTTEN, Event.WOKEN)
    assert session.standing(3600.0).number == 2


class Visits(RuleBasedStateMachine):
    """Whatever happens: unseen for RESET_S is always forgotten, seen is never."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.session = Session(self.now)
        self.here = 0.0  # seen last
        self.open = False  # something of a client may be held

    def note(self, events: tuple[Event, ...]) -> None:
        for event in events:
            if event is Event.FORGOTTEN:
                self.open = False
            elif event in (Event.WOKEN, Event.BEGUN, Event.RESUMED):
                assert event is Event.WOKEN or self.open  # nothing begins without waking
                assert not (event is Event.WOKEN and self.open)
                self.open = True

    @rule(dt=st.floats(0.01, 30.0), present=st.booleans(), acted=st.booleans())
    def step(self, dt: float, present: bool, acted: bool) -> None:
        self.now += dt
        self.note(self.session.step(self.now, present=present, acted=acted))
        if present or acted:
            self.here = self.now

    @rule()
    def end(self) -> None:
        self.note(self.session.end(self.now))
        assert not self.open

    @invariant()
    def nothing_outlives_its_client(self) -> None:
        assert self.open == (self.session.state is not State.ATTRACT)
        if self.now - self.here >= RESET_S:
            assert not self.open
        if self.session.state is State.LEAVING:
            left = self.session.standing(self.now).left_s
            assert left is not None
            assert 0.0 < left <= RESET_S - LEAVE_S + 1e-9


TestVisits = Visits.TestCase
TestVisits.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def face(size_px: float, center: tuple[float, float] = (640.0, 360.0)) -> FaceLandmarks:
    """The mean face as long as asked for."""
    found = face_of(head_at())
    points = found.points_px - found.points_px.mean(axis=0)
    scale = size_px / np.ptp(found.points_px[:468], axis=0).max()
    return replace(found, points_px=points * scale + np.asarray(center))


def test_a_near_face_is_present_after_a_moment_and_gone_after_another() -> None:
    sensor = PresenceSensor()
    near, nobody = Seen(faces=(face(120.0),)), Seen()
    assert not sensor.update(near, 720, 0.0).present
    assert not sensor.update(near, 720, 0.2).present
    assert not sensor.update(near, 720, 0.4).present
    assert sensor.update(near, 720, COME_S + 0.01).present
    assert sensor.update(nobody, 720, COME_S + 0.5).present  # the tracker blinked
    gone = sensor.update(nobody, 720, COME_S + 0.1 + GO_S)
    assert (gone.present, gone.nearness, gone.hands) == (False, 0.0, 0)


def test_who_passes_behind_does_not_wake_but_who_steps_back_stays() -> None:
    sensor = PresenceSensor()
    far = Seen(faces=(face(0.08 * 720),))
    assert not any(sensor.update(far, 720, 0.1 * k).present for k in range(40))
    for k in range(40, 50):
        sensor.update(Seen(faces=(face(100.0),)), 720, 0.1 * k)
    assert all(sensor.update(far, 720, 0.1 * k).present for k in range(50, 90))


def test_a_hand_alone_is_somebody() -> None:
    sensor = PresenceSensor()
    seen = Seen(hands=(posed_hand(),))
    assert [sensor.update(seen, 720, 0.1 * k).present for k in (0, 2, 4, 6)][-1]
    assert sensor.update(seen, 720, 0.7).hands == 1


def test_a_portrait_on_the_wall_is_nobody_and_a_person_who_stands_is_somebody() -> None:
    rng = np.random.default_rng(3)
    wall, stands = PresenceSensor(), PresenceSensor()
    for k in range(int((STILL_S + 10.0) * 5)):
        noise = rng.normal(0.0, 0.15, 2)  # of the tracker
        hung = wall.update(Seen(faces=(face(120.0, (640 + noise[0], 300 + noise[1])),)), 720, k / 5)
        sway = 640.0 + 4.0 * np.sin(0.7 * k / 5)
        lives = stands.update(Seen(faces=(face(120.0, (sway, 300.0)),)), 720, k / 5)
    assert not hung.present
    assert lives.present


@given(
    st.lists(st.tuples(st.floats(0.01, 2.0), st.floats(0.0, 400.0)), min_size=1, max_size=60),
)
@settings(max_examples=60, deadline=None)
def test_presence_comes_only_with_somebody_near_and_goes_only_without(
    frames: list[tuple[float, float]],
) -> None:
    sensor, now, before = PresenceSensor(), 0.0, False
    for dt, width in frames:
        now += dt
        seen = Seen(faces=(face(width),)) if width > 10.0 else Seen()
        present = sensor.update(seen, 720, now).present
        if present and not before:
            assert width >= 0.10 * 720
        if before and not present:
            assert width < 0.065 * 720
        before = present


def test_somebody_is_there_however_slowly_frames_come_but_not_if_one_misses_them() -> None:
    sensor, face = PresenceSensor(), face_of(head_at())
    for now in (0.0, 1.5, 3.0):
        found = sensor.update(Seen(faces=(face,)), 720, now)
    assert found.present
    sensor = PresenceSensor()
    for now, faces in ((0.0, (face,)), (1.5, ()), (3.0, (face,)), (4.5, ())):
        assert not sensor.update(Seen(faces=faces), 720, now).present
