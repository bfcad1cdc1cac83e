"""The mirror whose own page works on frames: landmarks in, pictures only where somebody looks."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pytest
from flask import Flask

from kiosk.commands import Watched, command_of
from kiosk.deciding import (
    ASKED,
    LEAST_RATE,
    MOST_DELAY_MS,
    Decision,
    Measured,
    decide,
    decision_of,
    keep,
    kept,
    machine,
    sentences,
)
from kiosk.discretion import DiscreetStore
from kiosk.errors import CannotStart, KioskError
from kiosk.kiosk import Kiosk
from kiosk.pairing import Role
from kiosk.session import RESET_S
from kiosk.settings import Settings
from kiosk.setup import KioskSetup, camera_flags
from tests.faces import face_of, head_at
from tests.mirrors import within
from tests.serving import application, hand_frame, jpeg, listening, pixels
from tests.test_api_kiosk import Line, line
from tests.test_kiosk_gestures import SHORTER_PX, hand_at
from tryon.types import FaceLandmarks, Hand, HandLandmarks
from viewer.configuration import configure
from viewer.designs import keep_design
from viewer.errors import UnknownConfiguration
from viewer.language import speaking
from viewer.refusals import translated

SECRET = "Für Ödön 1907"
GOOD, SLOW = Measured(30.0, 30.0, 1280), Measured(12.0, 160.0, 640)


@dataclass
class Boutique:
    app: Flask
    kiosk: Kiosk
    host: str
    store: Path
    late: list[float]


@pytest.fixture
def boutique(tmp_path: Path) -> Iterator[Boutique]:
    late = [0.0]
    kiosk = Kiosk(
        lambda: pytest.fail("the service opens no camera"),
        Settings(tray=("solitaire", "band"), pin="482910", decision=Decision(True, ASKED)),
        give_up=lambda why: pytest.fail(why),
        clock=lambda: monotonic() + late[0],
    )
    with application(tmp_path, KIOSK=kiosk) as app, listening(app) as host:
        kiosk.start()
        yield Boutique(app, kiosk, host, tmp_path, late)
        kiosk.close()


def hand_said(hand: HandLandmarks) -> dict[str, Any]:
    return {
        "hand": hand.hand.value, "score": hand.score,
        "points": hand.points_px.ravel().tolist(), "world": hand.world.ravel().tolist(),
    }  # fmt: skip


def face_said(face: FaceLandmarks) -> dict[str, Any]:
    return {"points": face.points_px.ravel().tolist()}


def picture(kind: str, image: Any) -> bytes:
    header = json.dumps({"type": kind}).encode()
    return struct.pack(">I", len(header)) + header + jpeg(image)


def eye(page: Line) -> bool:
    page.ask("eye")
    return bool(page.next("eye")[0]["yours"])


def watch(page: Line, hands: Any = None, faces: Any = None) -> dict[str, Any]:
    page.ask(
        "watched", width=1280, height=SHORTER_PX, delay_ms=40.0, camera_rate=30.0, side=1280,
        hands=hands, faces=faces,
    )  # fmt: skip
    return page.next("notes")[0]


def test_landmarks_wake_the_mirror_and_steer_it_by_the_signs_of_the_service(
    boutique: Boutique,
) -> None:
    palm = [hand_said(hand_at(Hand.RIGHT))]
    with line(boutique.host, "mirror") as page:
        assert eye(page)
        begun = monotonic()
        told = watch(page, palm, [])
        progress = []
        while not told["gesture"]["done"]:
            assert monotonic() - begun < 5.0
            told = watch(page, palm, None)  # no face was looked for
            progress.append(told["gesture"]["progress"])
        assert told["gesture"]["done"] == ["palm"]
        assert progress[-1] == 1.0
        assert any(0.0 < share < 1.0 for share in progress)
        assert 0.0 < told["gesture"]["at"][0] < 1.0
        assert boutique.kiosk.state.value == "active"
        figures = boutique.kiosk.mirror.figures()
        assert (figures.delay_ms, figures.camera_rate, figures.camera_problem) == (40.0, 30.0, None)
        assert boutique.kiosk.vitals.glass_ms == 40.0
    within(5.0, lambda: boutique.kiosk.page is not None and boutique.kiosk.page.is_blind)


def test_a_face_is_somebody_and_their_absence_forgets_them(boutique: Boutique) -> None:
    face = face_of(head_at())
    with line(boutique.host, "mirror") as page:
        assert eye(page)
        begun = monotonic()
        while boutique.kiosk.is_idle:
            assert monotonic() - begun < 10.0
            watch(page, [], [face_said(face)])
        page.ask("wear", product="band", options={"engraving": SECRET})
        page.next("done")
        boutique.late[0] += RESET_S + 1.0
        within(5.0, lambda: boutique.kiosk.is_idle)
        assert boutique.kiosk.pieces == ()
        assert boutique.kiosk.mirror.worn == ()


def test_the_kiosk_s_own_page_is_its_eye_and_others_look_at_what_it_sees(
    boutique: Boutique,
) -> None:
    pairing = boutique.kiosk.pairing
    screen = pairing.pair(pairing.offer(Role.DISPLAY).code, "screen")
    guest = {"cookie": f"parure_paired={screen}", "guest": "192.168.1.50"}
    with line(boutique.host, "mirror", **guest) as other, line(boutique.host, "mirror") as own:
        assert eye(other)
        assert eye(own)
        assert not eye(other)
        other.ask("watched", width=64, height=48, delay_ms=0.0)
        assert "another camera" in other.next("error")[0]["message"]
        own.ask("wear", product="band")
        sent = None
        while sent is None:  # somebody looks
            sent = watch(own)["send"]
        assert sent == "frame"
        own.socket.send(picture("frame", np.full((48, 64, 3), 90, np.uint8)))
        _, data = other.next("frame")
        assert abs(int(pixels(data).mean()) - 90) < 3


def test_no_picture_is_asked_for_while_nobody_looks_or_nobody_is_there(boutique: Boutique) -> None:
    tablet = boutique.kiosk.pairing.pair(boutique.kiosk.pairing.offer().code, "tablet")
    with line(boutique.host, "mirror") as page:
        assert eye(page)
        page.ask("touch")
        assert [watch(page)["send"] for _ in range(20)] == [None] * 20
        page.ask("end")
        with line(boutique.host, "remote", f"parure_paired={tablet}"):
            assert [watch(page)["send"] for _ in range(20)] == [None] * 20
        page.socket.send(picture("frame", hand_frame(320)))  # late, for a client who is gone
        watch(page)
        assert boutique.kiosk.mirror.frames.newest is None


def test_a_picture_that_was_taken_is_seen_by_the_tablet_until_it_is_put_away(
    boutique: Boutique,
) -> None:
    tablet = boutique.kiosk.pairing.pair(boutique.kiosk.pairing.offer().code, "tablet")
    with (
        line(boutique.host, "mirror") as page,
        line(boutique.host, "remote", f"parure_paired={tablet}") as remote,
    ):
        assert eye(page)
        page.ask("touch")
        page.socket.send(picture("still", np.full((48, 64, 3), 120, np.uint8)))
        assert abs(int(pixels(remote.next("still")[1]).mean()) - 120) < 3
        page.ask("put_away")
        assert remote.next("still")[1] == b""
        page.socket.send(b"\x00\x00\x00\x02{}")
        assert "form" in page.next("error")[0]["message"]
        page.socket.send(picture("still", hand_frame(320))[:200])
        assert page.next("error")[0]["error"] == "UnusablePhoto"


def test_what_the_page_lacks_and_recovers_is_told_to_the_staff(boutique: Boutique) -> None:
    with line(boutique.host, "mirror") as page:
        page.ask("camera", problem="insecure")
        within(
            5.0, lambda: "HTTPS" in (boutique.kiosk.mirror.figures().camera_problem or "")
        )  # fmt: skip
        assert eye(page)
        assert watch(page)["send"] is None
        assert boutique.kiosk.mirror.figures().camera_problem is None
        page.ask("recovered", part="stream", why="stalled")
        within(5.0, lambda: boutique.kiosk.vitals.faults["stream"] == 1)
        assert "gave none back" in boutique.kiosk.vitals.recovered[0]["why"]


def test_a_tablet_is_no_eye_and_a_mirror_of_the_service_wants_none(boutique: Boutique) -> None:
    tablet = boutique.kiosk.pairing.pair(boutique.kiosk.pairing.offer().code, "tablet")
    with line(boutique.host, "remote", f"parure_paired={tablet}") as remote:
        remote.ask("eye")
        assert remote.next("error")[0]["error"] == "NotPaired"
        remote.socket.send(picture("still", hand_frame(320)))
        assert "no pictures" in remote.next("error")[0]["message"]
    told = command_of(json.dumps({"do": "watched", "width": 64, "height": 48, "delay_ms": 1.0}))
    assert isinstance(told, Watched)
    with pytest.raises(KioskError):
        boutique.kiosk.watched(told, object())


def test_a_client_s_words_reach_no_disk_unless_they_take_the_design_along(tmp_path: Path) -> None:
    store = DiscreetStore(tmp_path, "edition")
    plain, said = configure("band"), configure("band", {"engraving": SECRET})
    store.remember(plain)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    store.remember(said)
    assert store.configuration(said.hash) == said
    assert store.asset(said, "worn.glb", lambda: b"glb") == b"glb"
    assert store.hides(f"/api/v1/models/{said.hash}/worn.json")
    assert not store.hides(f"/api/v1/models/{plain.hash}/worn.json")
    store.forget()
    with pytest.raises(UnknownConfiguration):
        store.configuration(said.hash)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before
    store.remember(said)
    keep_design(store, b"key" * 16, [said])
    store.forget()
    assert DiscreetStore(tmp_path, "edition").configuration(said.hash) == said


def test_the_page_fetches_a_personal_piece_that_no_cache_keeps(boutique: Boutique) -> None:
    client = boutique.app.test_client()
    with line(boutique.host, "mirror") as page:
        page.ask("wear", product="band", options={"engraving": SECRET})
        key = page.next_with_pieces("state")["pieces"][0]["hash"]
        answer = client.get(f"/api/v1/models/{key}/worn.json")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        page.ask("end")
        within(5.0, lambda: boutique.kiosk.pieces == ())
    assert client.get(f"/api/v1/models/{key}/worn.json").status_code == 404
    written = b"".join(path.read_bytes() for path in boutique.store.rglob("*") if path.is_file())
    assert SECRET.encode() not in written
    assert json.dumps(SECRET).strip('"').encode() not in written


@pytest.mark.parametrize(
    ("service", "device", "on_device"),
    [
        (GOOD, GOOD, False),
        (GOOD, SLOW, False),
        (SLOW, GOOD, True),
        (SLOW, None, False),
        (None, SLOW, True),
        (None, None, False),
        (SLOW, replace(SLOW, frames_a_second=13.0), False),
        (SLOW, replace(SLOW, frames_a_second=20.0), True),
        (replace(GOOD, delay_ms=MOST_DELAY_MS + 1.0), GOOD, True),
        (replace(GOOD, frames_a_second=LEAST_RATE - 1.0), GOOD, True),
    ],
)
def test_the_way_that_keeps_up_is_taken_and_the_service_where_both_do(
    service: Measured | None, device: Measured | None, on_device: bool
) -> None:
    found = decide(service, device)
    assert found.on_device is on_device
    assert decision_of(found.written()) == found
    said = sentences(found)
    assert len(said) == 2 + (service is not None) + (device is not None)
    with speaking("de"):
        assert all(translated(each) != each for each in said)


def test_a_measurement_holds_for_the_machine_it_was_made_on(tmp_path: Path) -> None:
    place, found = tmp_path / "kiosk" / "measured.json", decide(SLOW, GOOD)
    here = machine("/usr/bin/env", "edition")
    assert kept(place, here) is None
    keep(found, place, here)
    assert kept(place, here) == found
    assert kept(place, machine("/usr/bin/env", "another edition")) is None
    place.write_text('{"machine": 3')
    assert kept(place, here) is None
    with pytest.raises(CannotStart):
        decision_of("[]")


def test_the_browser_gets_its_camera_without_asking_or_a_film_that_it_plays(tmp_path: Path) -> None:
    (allowed,) = camera_flags(None)
    assert "auto-accept" in allowed
    film = tmp_path / "hand.y4m"
    assert camera_flags(film)[-1].endswith(f"={film}")
    with pytest.raises(CannotStart, match=r"\.y4m"):
        camera_flags(tmp_path / "hand.mp4")
    setup = KioskSetup(camera="1", turned=90, decided=Decision(True, ASKED).written())
    assert setup.camera_flags() == (allowed,)
    assert KioskSetup(camera="1").camera_flags() == ()
