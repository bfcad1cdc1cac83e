"""The mirror whose own page works on frames: landmarks in, pictures only where somebody looks."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from flask import Flask

from api import kiosk_worn
from api.services import Services
from kiosk import gestures
from kiosk.commands import End, Touch, Watched, command_of
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
from viewer.configuration import Configuration, configure
from viewer.designs import keep_design
from viewer.errors import UnknownConfiguration
from viewer.language import speaking
from viewer.refusals import translated

SECRET = "Für Ilka 1908"
PATIENCE_S = 60.0  # of a busy machine
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
        "watched", width=1280, height=SHORTER_PX, delay_ms=40.0, camera_rate=30.0,
        hands=hands, faces=faces,
    )  # fmt: skip
    return page.next("notes")[0]


def test_landmarks_wake_the_mirror_and_steer_it_by_the_signs_of_the_service(
    boutique: Boutique, monkeypatch: pytest.MonkeyPatch
) -> None:
    palm = [hand_said(hand_at(Hand.RIGHT))]
    with line(boutique.host, "mirror") as page:
        assert eye(page)
        begun = monotonic()
        told = watch(page, palm, [])
        progress = [0.0]
        while not told["gesture"]["done"]:
            assert monotonic() - begun < PATIENCE_S
            with monkeypatch.context() as slowly:
                if progress[-1] == 0.0:  # frames may come seldom
                    slowly.setattr(gestures, "ARM_S", 60.0)
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
    within(PATIENCE_S, lambda: boutique.kiosk.page is not None and boutique.kiosk.page.is_blind)


def test_a_face_is_somebody_and_their_absence_forgets_them(boutique: Boutique) -> None:
    face = face_of(head_at())
    with line(boutique.host, "mirror") as page:
        assert eye(page)
        begun = monotonic()
        while boutique.kiosk.is_idle:
            assert monotonic() - begun < PATIENCE_S
            watch(page, [], [face_said(face)])
        page.ask("wear", product="band", options={"engraving": SECRET})
        page.next("done")
        boutique.late[0] += RESET_S + 1.0
        within(PATIENCE_S, lambda: boutique.kiosk.is_idle)
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
        begun, sent = monotonic(), None
        while sent is None:  # somebody looks
            assert monotonic() - begun < PATIENCE_S
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


def test_a_picture_of_a_client_who_is_gone_is_shown_to_nobody(boutique: Boutique) -> None:
    kiosk, image = boutique.kiosk, hand_frame(320)
    kiosk.obey(Touch(do="touch"))
    gone = kiosk.session
    kiosk.obey(End(do="end"))
    kiosk.pictured(image, gone, taken=True)
    kiosk.obey(Touch(do="touch"))
    kiosk.pictured(image, gone, taken=True)
    assert (kiosk.mirror.frames.newest, kiosk.stills.newest) == (None, None)
    kiosk.pictured(image, kiosk.session, taken=True)
    assert kiosk.stills.newest is kiosk.mirror.frames.newest is not None


def test_plain_pictures_go_to_the_staff_s_check_alone_and_are_not_kept(boutique: Boutique) -> None:
    page_mirror = boutique.kiosk.page
    assert page_mirror is not None
    with line(boutique.host, "mirror") as page:
        assert eye(page)
        with page_mirror.checked() as plain:
            page_mirror.want("plain")
            assert watch(page)["send"] == "plain"
            page.socket.send(picture("plain", np.full((48, 64, 3), 120, np.uint8)))
            image = plain.take(PATIENCE_S)
            assert image is not None
            assert abs(int(image.mean()) - 120) < 3
        page.socket.send(picture("plain", hand_frame(320)))  # late, for nobody
        watch(page)
        with page_mirror.checked() as plain:
            assert plain.take(0.0) is None
        assert boutique.kiosk.mirror.frames.newest is None
        page.socket.send(picture("portrait", hand_frame(320)))
        assert "form" in page.next("error")[0]["message"]


def test_a_measurement_is_for_this_machine_s_own_browser_while_it_runs(
    boutique: Boutique, tmp_path: Path
) -> None:
    client, own = boutique.app.test_client(), {"Host": "127.0.0.1"}
    assert client.get("/kiosk/measure", headers=own).status_code == 404
    boutique.app.config["KIOSK_MEASURE"] = str(tmp_path / "measured.json")
    for headers in ({**own, "X-Forwarded-For": "192.168.1.50"}, {"Host": "kiosk.example"}):
        assert client.get("/kiosk/measure", headers=headers).status_code == 404
        told = client.post("/api/v1/kiosk/measured/service", json={}, headers=headers)
        assert told.status_code == 404
    assert client.get("/kiosk/measure/hand.jpg", headers=own).mimetype == "image/jpeg"
    boutique.kiosk.vitals.page_drew(160.0)
    client.post(
        "/api/v1/kiosk/measured/service", json={"frames_a_second": 12, "side_px": 640}, headers=own
    )
    device = {"frames_a_second": 30, "delay_ms": 30, "side_px": 1280}
    answer = client.post("/api/v1/kiosk/measured/device", json=device, headers=own)
    assert answer.get_json() == {"on_device": True}
    found = kept(tmp_path / "measured.json", "")
    assert found == decide(SLOW, GOOD)


@dataclass
class Recorder:
    """A bakery that notes what is asked of it."""

    made: list[tuple[str, str]]

    def packed_file(self, piece: Configuration, kind: str, coding: str) -> None:
        self.made.append((piece.product, kind))


def test_what_the_page_fetches_is_made_file_by_file_while_nobody_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[tuple[str, str]] = []
    comes_after = 3

    def shaped(name: str) -> Callable[..., None]:
        return lambda _bakery, piece, _coding: made.append((piece.product, name))

    def facts(_bakery: Any, piece: Configuration) -> dict[str, Any]:
        return {"as_shown": piece.product == "band"}

    monkeypatch.setattr(kiosk_worn, "Bakery", lambda *_, **__: Recorder(made))
    monkeypatch.setattr(kiosk_worn, "facts_of", facts)
    monkeypatch.setattr(kiosk_worn, "worn_file", shaped("worn"))
    monkeypatch.setattr(kiosk_worn, "skin_file", shaped("worn-skin"))
    behind = SimpleNamespace(store=None, studio=None, closing=False, configured=configure)
    files = kiosk_worn.WornFiles(
        ("band", "dress-watch"), cast(Services, behind), lambda: len(made) < comes_after
    )
    whole = [
        ("band", "viewer.glb"), ("band", "skin.glb"),
        ("dress-watch", "worn"), ("dress-watch", "worn-skin"),
    ]  # fmt: skip
    files.make()
    assert made == whole[:3]  # somebody came
    comes_after = 100
    files.make()
    assert made[3:] == whole[2:]  # from the piece on that was not finished
    files.make()
    assert len(made) == 5


def test_what_the_page_lacks_and_recovers_is_told_to_the_staff(boutique: Boutique) -> None:
    with line(boutique.host, "mirror") as page:
        page.ask("camera", problem="insecure")
        within(
            PATIENCE_S, lambda: "HTTPS" in (boutique.kiosk.mirror.figures().camera_problem or "")
        )
        assert eye(page)
        assert watch(page)["send"] is None
        assert boutique.kiosk.mirror.figures().camera_problem is None
        page.ask("recovered", part="stream", why="stalled")
        within(PATIENCE_S, lambda: boutique.kiosk.vitals.faults["stream"] == 1)
        assert "gave none back" in boutique.kiosk.vitals.recovered[0]["why"]


def test_a_piece_that_the_page_cannot_show_is_taken_off_and_the_others_stay(
    boutique: Boutique,
) -> None:
    kiosk = boutique.kiosk
    with line(boutique.host, "mirror") as page:
        assert eye(page)
        page.ask("wear", product="solitaire")
        page.next("done")
        page.ask("wear", product="band", finger="index", also=True)
        page.next("done")
        ring, band = (piece.configuration.hash for piece in kiosk.pieces)
        page.ask("unshown", hash=band)
        within(PATIENCE_S, lambda: len(kiosk.pieces) == 1)
        assert kiosk.pieces[0].configuration.hash == ring
        assert kiosk.states.newest is not None
        said = kiosk.states.newest["refusal"]["message"]
        with speaking("fr"):
            assert translated(said) != said
        page.ask("unshown", hash=band)  # late
        page.ask("undo")
        page.next("done")
        assert len(kiosk.pieces) == 2  # who insists may try again


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
    store.remember_for_client(said)
    assert store.configuration(said.hash) == said
    assert store.asset(said, "worn.glb", lambda: b"glb") == b"glb"
    assert store.hides(f"/api/v1/models/{said.hash}/worn.json")
    assert not store.hides(f"/api/v1/models/{plain.hash}/worn.json")

    def baked_while_they_leave() -> bytes:
        store.forget()
        return b"late"

    assert store.asset(said, "worn-skin.glb", baked_while_they_leave) == b"late"
    with pytest.raises(UnknownConfiguration):
        store.configuration(said.hash)
    assert store.kept(said, "worn-skin.glb") is None
    assert store.hides(f"/api/v1/models/{said.hash}/worn.json")  # an answer that is late as well
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before
    store.remember_for_client(said)
    keep_design(store, b"key" * 16, [said])
    store.forget()
    assert DiscreetStore(tmp_path, "edition").configuration(said.hash) == said


def test_what_a_visitor_engraves_on_a_phone_stays_when_the_client_at_the_mirror_goes(
    tmp_path: Path,
) -> None:
    store = DiscreetStore(tmp_path, "edition")
    said, same = (configure("band", {"engraving": words}) for words in (SECRET, "Ilka"))
    store.remember(said)
    store.remember_for_client(same)
    assert store.asset(same, "worn.glb", lambda: b"glb") == b"glb"
    store.remember(same)  # by another, on a phone
    store.remember_like(configure("band", {"engraving": "Ilka", "size": "60"}), same)
    theirs = configure("band", {"engraving": "1908"})
    store.remember_for_client(theirs)
    store.remember_like(configure("band", {"engraving": "1908", "size": "60"}), theirs)
    assert store.hides(configure("band", {"engraving": "1908", "size": "60"}).hash)
    store.forget()
    kept = DiscreetStore(tmp_path, "edition")
    for each in (said, same, configure("band", {"engraving": "Ilka", "size": "60"})):
        assert kept.configuration(each.hash) == each
    assert kept.kept(same, "worn.glb") == b"glb"
    assert not kept.knows(theirs)
    assert not store.hides(f"/api/v1/models/{said.hash}/worn.json")


def test_the_page_fetches_a_personal_piece_that_no_cache_keeps(boutique: Boutique) -> None:
    client = boutique.app.test_client()
    with line(boutique.host, "mirror") as page:
        page.ask("wear", product="band", options={"engraving": SECRET})
        key = page.next_with_pieces("state")["pieces"][0]["hash"]
        answer = client.get(f"/api/v1/models/{key}/worn.json")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        page.ask("end")
        within(PATIENCE_S, lambda: boutique.kiosk.pieces == ())
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
