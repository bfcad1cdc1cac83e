"""The kiosk as a whole: who comes, what they wear, how they steer it, and that nothing remains."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from kiosk.choice import Choice, NothingWorn
from kiosk.commands import Capture, Still, command_of
from kiosk.errors import KioskError
from kiosk.kiosk import Kiosk
from kiosk.mirror import Mirror
from kiosk.pairing import Role
from kiosk.session import LEAVE_S, RESET_S, State
from kiosk.settings import Settings
from kiosk.use import DAYS_KEPT, DailyUse
from kiosk.watchdog import DailyRestart
from tests.faces import face_of, head_at
from tests.mirrors import Workshop, within
from tryon.types import Hand, Seen
from tryon.wearables import Place
from viewer.designs import MOST_PIECES
from viewer.errors import InvalidOption, UnknownProduct

SECRET = "Für Ödön 1907"
TRAY = ("solitaire", "band", "halo")
PATIENCE_S = 30.0


class Time:
    """Seconds that a test adds to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def kiosk(workshop: Workshop, clock: Time, tmp_path: Path) -> Iterator[Kiosk]:
    made = Kiosk(
        workshop.camera,
        Settings(tray=TRAY, use_file=tmp_path / "use.json", pin="482910"),
        give_up=lambda why: pytest.fail(why),
        clock=clock,
        mirror=lambda source, notes: Mirror(
            source, notes, make_pipeline=workshop.pipeline, make_renderer=workshop.renderer
        ),
    )
    made.start()
    made._ended.set()  # the tests let time pass themselves
    yield made
    workshop.release()
    made.close()


def ask(kiosk: Kiosk, do: str, **fields: Any) -> None:
    kiosk.obey(command_of(json.dumps({"do": do, **fields})))


def state(kiosk: Kiosk) -> dict[str, Any]:
    found = kiosk.states.newest
    assert found is not None
    return found


def worn(kiosk: Kiosk) -> list[str]:
    """The products on, once they are on the frames as well."""
    chosen = [piece["product"] for piece in state(kiosk)["pieces"]]
    within(
        PATIENCE_S,
        lambda: (
            [wearable.product for wearable in kiosk.mirror.worn] == chosen
            and not state(kiosk)["preparing"]
        ),
    )
    return chosen


def test_a_piece_is_put_on_changed_moved_and_taken_off(kiosk: Kiosk) -> None:
    ask(kiosk, "wear", product="band", hand="left")
    assert state(kiosk)["session"]["state"] == "active"  # whoever touches it has it
    assert worn(kiosk) == ["band"]
    ask(kiosk, "option", option="metal", value="platinum_950")
    ask(kiosk, "move", finger="index", hand="any")
    (piece,) = state(kiosk)["pieces"]
    assert (piece["options"]["metal"], piece["finger"], piece["hand"]) == (
        "platinum_950", "index", None,
    )  # fmt: skip
    ask(kiosk, "wear", product="solitaire", also=True)
    assert worn(kiosk) == ["band", "solitaire"]
    assert state(kiosk)["active"] == 1
    ask(kiosk, "select", piece=0)
    ask(kiosk, "take_off", piece=0)
    assert worn(kiosk) == ["solitaire"]
    ask(kiosk, "undo")
    ask(kiosk, "undo")
    assert worn(kiosk) == ["band"]
    ask(kiosk, "take_off")
    assert worn(kiosk) == []


def test_words_that_were_taken_back_are_forgotten_as_well(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[bool] = []
    monkeypatch.setattr("kiosk.forgetting.forget_models", lambda: forgotten.append(True))
    ask(kiosk, "wear", product="band")
    ask(kiosk, "end")
    assert not forgotten  # nobody's words
    ask(kiosk, "wear", product="band", options={"engraving": SECRET})
    ask(kiosk, "undo")
    assert SECRET not in str(kiosk._wardrobe.choice)
    ask(kiosk, "end")
    # now, and once nothing is built for them any more
    within(PATIENCE_S, lambda: len(forgotten) == 2)
    ask(kiosk, "wear", product="band")
    ask(kiosk, "end")
    assert worn(kiosk) == []
    assert len(forgotten) == 2


def test_the_tray_goes_round_both_ways(kiosk: Kiosk) -> None:
    seen = []
    for do in ("next", "next", "next", "next", "previous", "previous"):
        ask(kiosk, do)
        seen.append(state(kiosk)["pieces"][0]["product"])
    assert seen == ["solitaire", "band", "halo", "solitaire", "halo", "band"]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"do": "wear", "product": "tiara"}, UnknownProduct),
        ({"do": "wear", "product": "band", "options": {"width": 99}}, InvalidOption),
        ({"do": "option", "option": "metal", "value": "platinum_950"}, NothingWorn),
        ({"do": "select", "piece": 0}, NothingWorn),
        ({"do": "take_off", "piece": 3}, NothingWorn),
        ({"do": "still"}, KioskError),
        ({"do": "dance"}, ValidationError),
        ({"do": "wear"}, ValidationError),
        ({"do": "wear", "product": "band", "price": 3}, ValidationError),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    kiosk: Kiosk, said: dict[str, Any], error: type[Exception]
) -> None:
    before = state(kiosk)["pieces"]
    with pytest.raises(error):
        kiosk.obey(command_of(json.dumps(said)))
    assert state(kiosk)["pieces"] == before


def test_more_pieces_than_a_design_has_are_refused() -> None:
    choice = Choice()
    for finger in ("index", "middle", "ring", "little"):
        place = Place(finger=finger, hand=Hand.LEFT)  # type: ignore[arg-type]
        choice = choice.wear("band", {}, place, also=True)
    assert len(choice.pieces) == MOST_PIECES
    with pytest.raises(KioskError, match="take one off"):
        choice.wear("band", {}, Place(), also=True)
    again = choice.wear("solitaire", {}, Place(finger="index", hand=Hand.LEFT), also=True)  # type: ignore[arg-type]
    assert [piece.product for piece in again.pieces] == ["band", "band", "band", "solitaire"]


def test_somebody_wakes_the_mirror_and_their_absence_forgets_them(
    kiosk: Kiosk, workshop: Workshop, clock: Time
) -> None:
    kiosk.step()
    assert state(kiosk)["session"] == {"state": "attract", "number": 0, "left_s": None}
    assert kiosk.mirror.pace_s > 0.0
    workshop.pipelines[-1].seen = Seen(faces=(small_face(),))

    def wakes() -> bool:
        kiosk.step()
        clock.now += 0.02
        return kiosk.state is State.ACTIVE

    within(PATIENCE_S, wakes)
    assert kiosk.mirror.pace_s == 0.0
    workshop.pipelines[-1].seen = Seen()
    within(PATIENCE_S, lambda: not kiosk._watching.present(clock.now))
    clock.now += LEAVE_S
    kiosk.step()
    assert state(kiosk)["session"]["state"] == "leaving"
    assert 0 < state(kiosk)["session"]["left_s"] <= RESET_S - LEAVE_S
    clock.now += RESET_S
    kiosk.step()
    assert state(kiosk)["session"]["state"] == "attract"


def small_face() -> Any:
    """A face that fills the little pictures of the fake camera as a client's does."""
    found = face_of(head_at())
    scale = 30.0 / 200.0
    return type(found)(found.points_px * scale, found.depths_px * scale, 1.0)


def test_nothing_of_a_client_remains(
    kiosk: Kiosk, workshop: Workshop, clock: Time, tmp_path: Path
) -> None:
    token = kiosk.pairing.pair(kiosk.pairing.offer().code, "tablet")
    listener = kiosk.states.listen()
    ask(kiosk, "wear", product="band", options={"engraving": SECRET})
    ask(kiosk, "option", option="metal", value="platinum_950")
    ask(kiosk, "capture")
    assert worn(kiosk) == ["band"]
    frame = kiosk.mirror.frames.listen().take(PATIENCE_S)
    assert frame is not None
    place = kiosk.handover.leave(b"closed" * 20)
    assert SECRET in json.dumps(state(kiosk), ensure_ascii=False)
    clock.now += RESET_S
    del frame
    kiosk.step()
    assert state(kiosk)["session"]["state"] == "attract"
    assert worn(kiosk) == []
    assert not kiosk.handover.waiting(place)
    shown = listener.take(PATIENCE_S)  # what a paired tablet gets next
    assert shown is not None
    assert shown["pieces"] == []
    assert not shown["undo"]
    assert [event["event"] for event in shown["events"]] == ["forgotten"]
    assert not kiosk.pairing.holds(token, Role.REMOTE)  # the tablet was paired for this client
    workshop.camera.plugged = False  # looking into what other threads are making would harm it
    mirror = kiosk.mirror
    within(PATIENCE_S, lambda: mirror.show is not None and mirror.figures().frame_age_s > 0.3)
    within(PATIENCE_S, lambda: not holders(SECRET))  # as soon as every thread is at rest
    kiosk.use.write()
    assert SECRET not in (tmp_path / "use.json").read_text()


def holders(text: str) -> list[str]:
    """What in the process holds a text, but for the code of this file."""
    gc.collect()
    found = []
    for each in gc.get_objects():
        waiting = [each]
        while waiting:
            inside = gc.get_referents(waiting.pop())
            if text in [one for one in inside if isinstance(one, str)]:
                found.append(each)
            waiting += [one for one in inside if isinstance(one, tuple) and not gc.is_tracked(one)]
    return [f"{type(each)}: {str(each)[:80]}" for each in found if each is not globals()]


def test_the_client_may_end_it_at_once(kiosk: Kiosk) -> None:
    ask(kiosk, "wear", product="band")
    ask(kiosk, "end")
    assert state(kiosk)["session"]["state"] == "attract"
    assert state(kiosk)["pieces"] == []
    ask(kiosk, "end")


def test_a_piece_that_cannot_be_worn_is_said_and_taken_back(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(kiosk, "wear", product="band")
    assert worn(kiosk) == ["band"]

    def unlucky(*_: Any) -> Any:
        raise KioskError("This piece breaks.")

    monkeypatch.setattr("kiosk.choice.wearable", unlucky)
    ask(kiosk, "wear", product="halo")
    within(PATIENCE_S, lambda: state(kiosk)["refusal"] is not None)
    assert state(kiosk)["refusal"] == {"error": "KioskError", "message": "This piece breaks."}
    assert [piece["product"] for piece in state(kiosk)["pieces"]] == ["band"]
    assert [each.product for each in kiosk.mirror.worn] == ["band"]


def test_a_picture_is_asked_for_by_an_event_that_is_told_once(kiosk: Kiosk) -> None:
    kiosk.obey(Capture(do="capture"))
    first = [each for each in state(kiosk)["events"] if each["event"] == "capture"]
    assert len(first) == 1
    ask(kiosk, "touch")
    assert [each for each in state(kiosk)["events"] if each["event"] == "capture"] == first
    with pytest.raises(KioskError):
        kiosk.obey(Still(do="still"))


def test_use_is_counted_by_the_day_and_forgotten_after_a_month(tmp_path: Path) -> None:
    day = [datetime(2026, 1, 1, 10, 30)]
    use = DailyUse(lambda: day[0], tmp_path / "kiosk" / "use.json")
    for number in range(1, 60):
        day[0] = datetime.fromordinal(day[0].toordinal() + 1).replace(hour=11)
        use.count("session")
        use.count(f"worn:{TRAY[number % 3]}")
        assert len(use.days()) <= DAYS_KEPT
    use.write()
    assert len((tmp_path / "kiosk" / "use.json").read_bytes()) < 10_000
    again = DailyUse(lambda: day[0], tmp_path / "kiosk" / "use.json")
    assert again.days() == use.days()
    assert list(again.days().values())[-1] == {"hour:11": 1, "session": 1, "worn:halo": 1}
    (tmp_path / "kiosk" / "use.json").write_text("[3")
    assert DailyUse(lambda: day[0], tmp_path / "kiosk" / "use.json").days() == {}


def test_a_disk_that_refuses_the_counts_holds_up_nobody(tmp_path: Path) -> None:
    (tmp_path / "kiosk").write_text("no folder")
    now = [datetime(2026, 1, 1, 10, 30)]
    use = DailyUse(lambda: now[0], tmp_path / "kiosk" / "use.json")
    now[0] = now[0].replace(hour=12)
    use.count("session")
    assert use.days() == {"2026-01-01": {"hour:12": 1, "session": 1}}
    with pytest.raises(OSError, match="exists"):
        use.write()


def test_the_day_ends_the_process_once(workshop: Workshop, tmp_path: Path) -> None:
    ended: list[str] = []
    night = datetime(2026, 1, 1, 3, 59)
    now = [night]
    made = Kiosk(
        workshop.camera,
        Settings(tray=TRAY, restart=DailyRestart(time(4), night)),
        give_up=ended.append,
        now=lambda: now[0],
        mirror=lambda source, notes: Mirror(
            source, notes, make_pipeline=workshop.pipeline, make_renderer=workshop.renderer
        ),
    )
    made.start()
    try:
        now[0] = datetime(2026, 1, 1, 4, 1)
        within(PATIENCE_S, lambda: bool(ended))
    finally:
        made.close()
    assert ended == ["The day is over."]
