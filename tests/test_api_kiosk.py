"""The kiosk over HTTP: its sockets, who may use them, and that pictures of people stay here."""

from __future__ import annotations

import json
import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from kiosk.commands import command_of
from kiosk.kiosk import Kiosk
from kiosk.mirror import Mirror
from kiosk.pairing import Role
from kiosk.settings import Settings
from tests.mirrors import BLUE, BLUE_EACH, Workshop, within
from tests.serving import application, listening, pixels

PIN = "482910"
OUTSIDE = {"REMOTE_ADDR": "192.168.1.50"}
PATIENCE_S = 60.0  # of a slow machine that does other things as well


@dataclass
class Boutique:
    """A service with a mirror."""

    app: Flask
    kiosk: Kiosk
    workshop: Workshop
    host: str
    store: Path

    def client(self) -> FlaskClient:
        return self.app.test_client()


@pytest.fixture(scope="module")
def boutique(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Boutique]:
    workshop, store = Workshop(), tmp_path_factory.mktemp("store")
    kiosk = Kiosk(
        workshop.camera,
        Settings(tray=("solitaire", "band"), pin=PIN, paired_for_a_session=False),
        give_up=lambda why: pytest.fail(why),
        mirror=lambda source, notes: Mirror(
            source, notes, make_pipeline=workshop.pipeline, make_renderer=workshop.renderer
        ),
    )
    kiosk.start()
    with application(store, KIOSK=kiosk) as app, listening(app) as host:
        yield Boutique(app, kiosk, workshop, host, store)
        workshop.release()
        kiosk.close()


@pytest.fixture(autouse=True)
def fresh(boutique: Boutique) -> Iterator[None]:
    yield
    with boutique.kiosk._guard:
        boutique.kiosk._happened(boutique.kiosk._session.end(boutique.kiosk._clock()))
    boutique.kiosk.pairing.revoke_all()


@contextmanager
def line(
    host: str, page: str, cookie: str = "", origin: str | None = None, guest: str = ""
) -> Iterator[Line]:
    headers = {"Cookie": cookie} if cookie else {}
    headers |= {"X-Forwarded-For": guest} if guest else {}
    address = f"ws://{host}/api/v1/kiosk/{page}"
    socket = connect(
        address, origin=origin, additional_headers=headers, max_size=None, close_timeout=1,
        legacy=True,
    )  # fmt: skip
    try:
        yield Line(socket)
    finally:
        socket.close()


class Line:
    """A page's socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def ask(self, do: str, **fields: Any) -> None:
        self.socket.send(json.dumps({"do": do, **fields}))

    def next_binary(self) -> bytes:
        """The next binary message as it is; nothing is acknowledged."""
        while True:
            message = self.socket.recv(timeout=PATIENCE_S)
            if isinstance(message, bytes):
                return message

    def until_quiet(self, seconds: float) -> Iterator[bytes]:
        """The binary messages until none has come for so long."""
        with suppress(TimeoutError):
            while True:
                message = self.socket.recv(timeout=seconds)
                if isinstance(message, bytes):
                    yield message

    def next(self, kind: str) -> tuple[dict[str, Any], bytes]:
        """The next message of a kind; frames are acknowledged on the way."""
        return self.next_of(kind)

    def next_with_pieces(self, kind: str) -> dict[str, Any]:
        """The next message of a kind in which something is worn."""
        while True:
            header, _ = self.next(kind)
            if header["pieces"]:
                return header

    def next_of(self, *kinds: str) -> tuple[dict[str, Any], bytes]:
        """The next message of any of these kinds."""
        while True:
            message = self.socket.recv(timeout=PATIENCE_S)
            if isinstance(message, str):
                header, picture = json.loads(message), b""
            else:
                (length,) = struct.unpack(">I", message[:4])
                header, picture = json.loads(message[4 : 4 + length]), message[4 + length :]
                if header["type"] == "frame":
                    with suppress(ConnectionClosed):  # what was said before is read still
                        self.ask("shown", frame=header["frame"])
            if header["type"] in kinds:
                return header, picture


def paired(boutique: Boutique, role: Role = Role.REMOTE) -> str:
    token = boutique.kiosk.pairing.pair(boutique.kiosk.pairing.offer(role).code, "test")
    return f"parure_paired={token}"


def test_the_mirror_gets_its_state_and_frames_that_belong_to_what_is_said(
    boutique: Boutique,
) -> None:
    with line(boutique.host, "mirror") as mirror:
        state, _ = mirror.next("state")
        assert state["tray"] == ["solitaire", "band"]
        mirror.ask("wear", product="band", id=5)
        assert mirror.next("done")[0]["id"] == 5
        ages, begun = [], monotonic()
        while True:
            header, picture = mirror.next("frame")
            worn = pixels(picture)[..., 2].mean()
            assert abs(worn - BLUE - BLUE_EACH * len(header["worn"])) < 10.0  # this very record's
            assert header["delay_ms"] <= header["age_ms"]
            ages.append(header["age_ms"])
            if header["worn"] == ["band"]:
                break
            assert monotonic() - begun < PATIENCE_S
        assert header["session"] == "active"
        assert min(ages) < 1000.0
        assert header["gesture"]["progress"] == 0.0
        assert not {"price", "total"} & set(header)


def test_a_page_that_does_not_draw_gets_no_queue(boutique: Boutique) -> None:
    with line(boutique.host, "mirror") as mirror:
        frames = [mirror.next_binary() for _ in range(2)]  # on their way
        assert list(mirror.until_quiet(0.6)) == []  # and no more until one is drawn
        (length,) = struct.unpack(">I", frames[-1][:4])
        number = json.loads(frames[-1][4 : 4 + length])["frame"]
        published = boutique.kiosk.mirror.frames
        within(PATIENCE_S, lambda: published.newest.number > number + 1)
        newest = published.newest.number
        mirror.ask("shown", frame=number)
        header, _ = mirror.next("frame")
        assert header["frame"] >= newest  # not the one that waited


def test_a_still_is_for_the_mirror_alone_and_is_kept_nowhere(boutique: Boutique) -> None:
    with line(boutique.host, "mirror") as mirror:
        mirror.ask("wear", product="band")
        mirror.ask("still", id=9)
        header, picture = mirror.next("still")
        assert header["id"] == 9
        assert picture[:3] == b"\xff\xd8\xff"
    cookie = paired(boutique)
    with line(boutique.host, "remote", cookie) as remote:
        remote.ask("still", id=4)
        refusal, _ = remote.next("error")
        assert (refusal["error"], refusal["id"]) == ("NotPaired", 4)


def test_the_tablet_sees_and_steers_the_same_and_alone_is_told_the_price(
    boutique: Boutique,
) -> None:
    with (
        line(boutique.host, "remote", paired(boutique)) as remote,
        line(boutique.host, "mirror") as mirror,
    ):
        remote.ask("wear", product="band", options={"metal": "platinum_950"})
        state = mirror.next_with_pieces("state")
        assert state["pieces"][0]["options"]["metal"] == "platinum_950"
        price = remote.next_with_pieces("price")
        assert price["pieces"][0]["product"] == "band"
        assert any(letter.isdigit() for letter in price["pieces"][0]["price"])
        assert remote.next("frame")[1][:3] == b"\xff\xd8\xff"
        mirror.ask("end")
        told = {"state": True, "price": True}  # of what is worn; they come in either order
        while any(told.values()):
            header, _ = remote.next_of(*told)
            told[header["type"]] = bool(header["pieces"])


def test_a_tablet_sees_nobody_who_only_passes_by(boutique: Boutique) -> None:
    with line(boutique.host, "remote", paired(boutique)) as remote:
        assert remote.next("state")[0]["session"]["state"] == "attract"
        assert list(remote.until_quiet(0.6)) == []
        remote.ask("touch")
        assert remote.next("frame")[1]


def test_the_tablet_sees_the_picture_that_is_looked_at_until_it_is_put_away(
    boutique: Boutique,
) -> None:
    with (
        line(boutique.host, "remote", paired(boutique)) as remote,
        line(boutique.host, "mirror") as mirror,
    ):
        for done in ("put_away", "end"):
            mirror.ask("wear", product="band")
            mirror.ask("still", id=4)
            still, _ = mirror.next("still")
            seen, picture = remote.next("still")
            assert (still["id"], seen["frame"]) == (4, still["frame"])
            assert picture[:3] == b"\xff\xd8\xff"
            assert boutique.kiosk.stills.newest is not None
            mirror.ask(done)
            put_away, nothing = remote.next("still")
            assert (put_away["frame"], nothing) == (None, b"")
            assert boutique.kiosk.stills.newest is None


def test_a_tablet_that_was_paired_for_a_client_leaves_with_them(
    boutique: Boutique, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boutique.kiosk.forgetting, "pairing", boutique.kiosk.pairing)
    screen = paired(boutique, Role.DISPLAY)
    with line(boutique.host, "remote", paired(boutique)) as remote:
        remote.ask("wear", product="band")
        remote.ask("end")
        assert remote.next("error")[0]["error"] == "NotPaired"
    token = screen.partition("=")[2]
    assert boutique.kiosk.pairing.holds(token, Role.DISPLAY)  # it shows what anybody sees


def test_refusals_are_told_in_the_language_of_the_page(boutique: Boutique) -> None:
    with line(boutique.host, "mirror?lang=fr") as mirror:
        mirror.ask("take_off", piece=0)
        assert "pièce" in mirror.next("error")[0]["message"]


def test_nonsense_is_answered_and_the_line_stays(boutique: Boutique) -> None:
    with line(boutique.host, "mirror") as mirror:
        for said in ("{", "[]", '{"do": "dance"}', '{"do": "wear", "product": "tiara"}', b"\xff"):
            mirror.socket.send(said)
            assert mirror.next("error")[0]["message"].endswith(".")
        mirror.ask("touch", id=1)
        assert mirror.next("done")[0]["id"] == 1


def test_the_design_goes_to_the_phone_as_a_short_code(boutique: Boutique) -> None:
    with line(boutique.host, "mirror") as mirror:
        mirror.ask("design")
        assert mirror.next("error")[0]["error"] == "InvalidOption"  # nothing is on
        mirror.ask("wear", product="band")
        mirror.ask("design", id=3)
        design, _ = mirror.next("design")
    assert design["qr"].startswith("data:image/svg+xml")
    path = urlsplit(design["link"]).path
    assert boutique.client().get(path).location.startswith("/configure/band")


@pytest.mark.parametrize("page", ["mirror", "remote"])
@pytest.mark.parametrize(
    ("cookie", "origin"),
    [("parure_paired=guess", None), ("", "https://elsewhere.example")],
)
def test_strangers_get_no_frame(
    boutique: Boutique, page: str, cookie: str, origin: str | None
) -> None:
    with line(boutique.host, page, cookie, origin, guest="192.168.1.50") as other:
        message = other.socket.recv(timeout=PATIENCE_S)
        assert json.loads(message)["error"] == "NotPaired"
        with pytest.raises((ConnectionClosed, TimeoutError)):
            other.socket.recv(timeout=0.5)


def test_a_revoked_tablet_is_shown_out_at_once(boutique: Boutique) -> None:
    with line(boutique.host, "remote", paired(boutique)) as remote:
        remote.ask("touch")
        remote.next("frame")
        boutique.kiosk.pairing.revoke_all()
        assert remote.next("error")[0]["error"] == "NotPaired"


def test_pages_are_for_those_they_are_meant_for(boutique: Boutique) -> None:
    client = boutique.client()
    assert client.get("/kiosk", base_url="http://127.0.0.1").status_code == 200
    assert client.get("/kiosk", environ_overrides=OUTSIDE).status_code == 403
    assert client.get("/kiosk", base_url="http://evil.example").status_code == 403  # rebinding
    forwarded = {"X-Forwarded-For": "192.168.1.50"}
    assert client.get("/kiosk", base_url="http://localhost", headers=forwarded).status_code == 403
    for path in ("/kiosk/remote", "/kiosk/staff", "/kiosk/photo/x"):
        answer = client.get(path, environ_overrides=OUTSIDE)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert "'unsafe" not in answer.headers["Content-Security-Policy"].replace(
            "'wasm-unsafe-eval'", ""
        )


def test_the_staff_pair_a_tablet_by_code(boutique: Boutique) -> None:
    staff, tablet = boutique.client(), boutique.client()
    assert staff.get("/api/v1/kiosk/health").status_code == 403
    assert staff.post("/api/v1/kiosk/offer", json={}).status_code == 403
    assert staff.post("/api/v1/kiosk/staff", json={"pin": "000000"}).status_code == 403
    entered = staff.post("/api/v1/kiosk/staff", json={"pin": PIN})
    assert entered.status_code == 200
    assert {"HttpOnly", "SameSite=Strict"} <= set(entered.headers["Set-Cookie"].split("; "))
    offer = staff.post("/api/v1/kiosk/offer", json={}).json
    assert offer["link"].startswith("http")
    assert 0 < offer["seconds"] <= 120
    wrong = {"code": f"{(int(offer['code']) + 1) % 10**6:06d}"}
    assert tablet.post("/api/v1/kiosk/pair", json=wrong).status_code == 403
    right = {"code": offer["code"]}
    foreign = {"Origin": "https://elsewhere.example"}
    assert tablet.post("/api/v1/kiosk/pair", json=right, headers=foreign).status_code == 403
    assert tablet.post("/api/v1/kiosk/pair", json=right).json["role"] == "remote"
    figures = staff.get("/api/v1/kiosk/health").json
    assert [each["role"] for each in figures["devices"]] == ["remote"]
    assert figures["frames"] > 0
    name = figures["devices"][0]["name"]
    assert staff.post("/api/v1/kiosk/revoke", json={"name": name}).status_code == 200
    assert staff.get("/api/v1/kiosk/health").json["devices"] == []


def test_guessing_the_pin_is_stopped_and_says_when_to_try_again(boutique: Boutique) -> None:
    client, here = boutique.client(), {"REMOTE_ADDR": "192.168.1.77"}
    answers = [
        client.post("/api/v1/kiosk/staff", json={"pin": f"00000{k}"}, environ_overrides=here)
        for k in range(7)
    ]
    assert [answer.status_code for answer in answers] == [403] * 5 + [429] * 2
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_a_closed_picture_is_left_by_the_mirror_and_fetched_once(boutique: Boutique) -> None:
    own, phone = boutique.client(), boutique.client()
    closed = bytes(range(256)) * 40
    post = {"data": closed, "content_type": "application/octet-stream"}
    path = "/api/v1/kiosk/photos"
    assert own.post(path, environ_overrides=OUTSIDE, **post).status_code == 403
    assert own.post(path, base_url="http://127.0.0.1", **post).status_code == 422  # nobody is there
    boutique.kiosk.obey(command_of('{"do": "touch"}'))
    place = own.post(path, base_url="http://127.0.0.1", **post).json["link"].rpartition("/")[2]
    fetched = phone.post(f"{path}/{place}", environ_overrides=OUTSIDE)
    assert fetched.data == closed
    assert fetched.headers["Cache-Control"] == "no-store"
    assert phone.post(f"{path}/{place}").status_code == 404
    assert phone.get(f"{path}/{place}").status_code == 405  # looking at a link fetches nothing
    picture = {**post, "data": b"\xff\xd8\xff" + closed}
    assert own.post(path, base_url="http://127.0.0.1", **picture).status_code == 422


def test_no_picture_is_written_or_logged(
    boutique: Boutique, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = {path for path in boutique.store.rglob("*") if path.is_file()}
    with line(boutique.host, "mirror") as mirror:
        mirror.ask("wear", product="band")
        mirror.ask("still")
        mirror.next("still")
        for _ in range(10):
            mirror.next("frame")
    assert {path for path in boutique.store.rglob("*") if path.is_file()} == before
    assert not any(record.name.startswith(("kiosk", "api")) for record in caplog.records)


def test_a_service_without_a_mirror_says_so(tmp_path: Path) -> None:
    with application(tmp_path) as app:
        answer = app.test_client().get("/kiosk", base_url="http://127.0.0.1")
        assert answer.status_code == 501
        assert "parure kiosk" in answer.json["message"]


def test_the_mirror_goes_on_when_a_page_leaves(boutique: Boutique) -> None:
    with line(boutique.host, "mirror") as mirror:
        number = mirror.next("frame")[0]["frame"]
    within(PATIENCE_S, lambda: boutique.kiosk.mirror.figures().frames > number + 5)
    with line(boutique.host, "mirror") as again:
        assert again.next("frame")[0]["frame"] > number + 5
