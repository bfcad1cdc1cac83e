"""The live stream: newest frame only, errors as messages, places bounded, nothing left behind."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest
from websockets.sync.client import ClientConnection, connect

from api import stream
from api.services import streams_at_once
from models3d.errors import ParureError
from tests.serving import MADE, Echo, application, hand_frame, jpeg, listening, pixels

BAND = json.dumps({"product": "band"})
PATIENCE_S = 60.0  # of a slow machine that does other things as well
ENOUGH = 10  # frames of the quickest guest, to compare the others with


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service with pipelines that the tests hold."""
    config = {"PIPELINE": Echo, "STREAMS_AT_ONCE": 2}
    with application(tmp_path_factory.mktemp("store"), **config) as app, listening(app) as host:
        yield host


@pytest.fixture
def mirror(echo: str) -> Iterator[ClientConnection]:
    client = opened(echo)
    yield client
    leave(client)


def opened(host: str, query: str = "", origin: str | None = None) -> ClientConnection:
    address = f"ws://{host}/api/v1/tryon/stream{query}"
    return connect(address, origin=origin, max_size=None, legacy=True, close_timeout=1)


def closing_code(client: ClientConnection) -> int | None:
    """The code with which the service has said goodbye.

    The tests' server keeps the line open after that, so nobody waits for its end.
    """
    goodbye = client.protocol.close_rcvd
    return goodbye.code if goodbye else None


def leave(client: ClientConnection) -> None:
    """Hang up and wait until the service has noticed."""
    client.close()
    eventually(lambda: not [one for one in MADE if not one.closed.is_set()])


def eventually(holds) -> None:
    until = monotonic() + PATIENCE_S
    while not holds():
        assert monotonic() < until
        sleep(0.01)


def grey(level: int) -> bytes:
    return jpeg(np.full((48, 64, 3), level, np.uint8))


def answer(client: ClientConnection) -> bytes | str:
    return client.recv(timeout=PATIENCE_S)


def mean(picture: bytes | str) -> int:
    assert isinstance(picture, bytes)
    return round(float(pixels(picture).mean()))


def test_a_frame_comes_back_as_a_jpeg(mirror: ClientConnection) -> None:
    mirror.send(BAND)
    mirror.send(grey(90))
    picture = answer(mirror)
    assert picture[:3] == b"\xff\xd8\xff"
    assert mean(picture) == 90


def test_settings_can_stand_in_the_address(echo: str) -> None:
    client = opened(echo, "?product=band&width=6&finger=index&hand=left")
    client.send(grey(80))
    assert mean(answer(client)) == 80
    (wearable,) = MADE[-1].wearables
    assert (wearable.product, wearable.finger, wearable.hand) == ("band", "index", "left")
    assert wearable.model.extras["dimensions_mm"]["width"] == 6.0
    leave(client)


def test_while_one_frame_is_worked_on_only_the_newest_waits(mirror: ClientConnection) -> None:
    mirror.send(BAND)
    mirror.send(grey(10))
    assert mean(answer(mirror)) == 10
    pipeline = MADE[-1]
    pipeline.go.clear()
    pipeline.begun.clear()
    mirror.send(grey(20))
    assert pipeline.begun.wait(PATIENCE_S)
    for level in range(30, 200, 10):
        mirror.send(grey(level))
    assert mirror.ping().wait(PATIENCE_S)  # answered by whoever has read all that was sent before
    pipeline.go.set()
    assert mean(answer(mirror)) == 20
    assert mean(answer(mirror)) == 190
    with pytest.raises(TimeoutError):
        mirror.recv(timeout=0.2)
    assert pipeline.seen == [10, 20, 190]


def test_a_report_follows_each_picture_when_asked_for(mirror: ClientConnection) -> None:
    mirror.send(json.dumps({"product": "band", "report": True}))
    for frame in range(3):
        mirror.send(grey(50))
        assert mean(answer(mirror)) == 50
        report = json.loads(answer(mirror))
        assert (report["frame"], report["placements"]) == (frame, [])
        assert report["image_size"] == [64, 48]


@pytest.mark.parametrize(
    "frame",
    [b"", b"not a picture", b"\xff\xd8\xff" + bytes(100), b"\xff\xd8\xff" + bytes(2_100_000)],
)
def test_a_bad_frame_is_answered_and_the_next_one_works(
    mirror: ClientConnection, frame: bytes
) -> None:
    mirror.send(BAND)
    mirror.send(frame)
    problem = json.loads(answer(mirror))
    assert problem["error"] == "UnusablePhoto"
    assert problem["message"].endswith(".")
    mirror.send(grey(70))
    assert mean(answer(mirror)) == 70


def test_a_frame_of_too_many_pixels_is_refused_undecoded(mirror: ClientConnection) -> None:
    mirror.send(BAND)
    mirror.send(jpeg(np.zeros((2000, 2000, 3), np.uint8)))
    assert "megapixels" in json.loads(answer(mirror))["message"]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ("{", "InvalidRequest"),
        ("[]", "InvalidRequest"),
        ("{}", "InvalidRequest"),
        ('{"product": "tiara"}', "UnknownProduct"),
        ('{"product": "band", "options": {"width": 99}}', "InvalidOption"),
        ('{"product": "band", "finger": "toe"}', "InvalidRequest"),
        ('{"product": "band", "colour": "red"}', "InvalidOption"),
        ('{"options": 3}', "InvalidRequest"),
    ],
)
def test_bad_settings_are_answered_and_change_nothing(
    mirror: ClientConnection, settings: str, code: str
) -> None:
    mirror.send(BAND)
    mirror.send(grey(60))
    assert mean(answer(mirror)) == 60
    made = len(MADE)
    if settings != "{}":
        mirror.send(settings)
        assert json.loads(answer(mirror))["error"] == code
    mirror.send(grey(61))
    assert mean(answer(mirror)) == 61
    assert len(MADE) == made


def test_a_frame_before_any_settings_is_answered_with_what_to_do(mirror: ClientConnection) -> None:
    mirror.send(grey(60))
    assert "product" in json.loads(answer(mirror))["message"]


def test_new_settings_lie_over_the_old_ones(mirror: ClientConnection) -> None:
    mirror.send(BAND)
    mirror.send(json.dumps({"finger": "little"}))
    mirror.send(grey(60))
    answer(mirror)
    (wearable,) = MADE[-1].wearables
    assert (wearable.product, wearable.finger) == ("band", "little")


def test_asking_for_reports_keeps_the_tracker(mirror: ClientConnection) -> None:
    mirror.send(BAND)
    mirror.send(grey(60))
    answer(mirror)
    made = len(MADE)
    mirror.send(json.dumps({"report": True}))
    mirror.send(grey(60))
    answer(mirror)
    assert json.loads(answer(mirror))["placements"] == []
    assert len(MADE) == made


def test_who_leaves_takes_the_tracker_along(echo: str) -> None:
    client = opened(echo)
    client.send(BAND)
    client.send(grey(60))
    answer(client)
    pipeline = MADE[-1]
    assert not pipeline.closed.is_set()
    client.close()
    assert pipeline.closed.wait(PATIENCE_S)


def test_one_too_many_is_told_so_and_a_place_comes_free(echo: str) -> None:
    guests = [opened(echo) for _ in range(2)]
    for guest in guests:
        guest.send(BAND)
        guest.send(grey(60))
        answer(guest)
    third = opened(echo)
    problem = json.loads(answer(third))
    assert problem["error"] == "Busy"
    eventually(lambda: closing_code(third) == stream.TRY_AGAIN_LATER)
    third.close()
    guests[0].close()

    def place_is_free() -> bool:
        fourth = opened(echo)
        fourth.send(BAND)
        fourth.send(grey(60))
        came = isinstance(answer(fourth), bytes)
        fourth.close()
        return came

    eventually(place_is_free)
    leave(guests[1])


def test_the_mirror_is_not_for_pages_of_others(echo: str) -> None:
    stranger = opened(echo, origin="https://elsewhere.example")
    assert json.loads(answer(stranger))["error"] == "ForeignOrigin"
    stranger.close()
    own = opened(echo, origin=f"http://{echo}")
    own.send(BAND)
    own.send(grey(60))
    assert mean(answer(own)) == 60
    leave(own)


def test_who_falls_silent_gives_the_place_away(echo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "IDLE_S", 0.3)
    monkeypatch.setattr(stream, "WAKE_S", 0.1)
    silent = opened(echo)
    eventually(lambda: closing_code(silent) is not None)
    silent.close()


def test_the_number_of_mirrors_is_the_sites_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARURE_STREAMS", "1")
    with application(tmp_path, PIPELINE=Echo) as app, listening(app) as host:
        guest = opened(host)
        guest.send(BAND)
        guest.send(grey(60))
        assert mean(answer(guest)) == 60  # it has the place
        second = opened(host)
        assert json.loads(answer(second))["error"] == "Busy"
        second.close()
        leave(guest)
    monkeypatch.setenv("PARURE_STREAMS", "many")
    with pytest.raises(ParureError, match="PARURE_STREAMS must be from 1"):
        streams_at_once()


def test_a_whole_set_is_worn_at_once(mirror: ClientConnection) -> None:
    also = [{"product": "band", "finger": "index"}, {"product": "solitaire", "hand": "left"}]
    mirror.send(json.dumps({"product": "halo", "also": also}))
    mirror.send(grey(60))
    assert mean(answer(mirror)) == 60
    worn = [(each.product, each.finger, each.hand) for each in MADE[-1].wearables]
    assert worn == [("halo", "ring", None), ("band", "index", None), ("solitaire", "ring", "left")]
    mirror.send(json.dumps({"also": also * 20}))
    assert json.loads(answer(mirror))["error"] == "NotWearable"


@pytest.mark.gpu
def test_ten_mirrors_share_the_machine_and_the_eleventh_is_told_so(tmp_path: Path) -> None:
    sent, counts, enough = jpeg(hand_frame(480)), [0] * 10, threading.Event()
    with application(tmp_path) as app, listening(app) as host:
        guests = [opened(host) for _ in range(10)]
        for guest in guests:  # everybody's tracker starts and draws once
            guest.send(BAND)
            guest.send(sent)
        for guest in guests:
            assert isinstance(answer(guest), bytes)
        eleventh = opened(host)
        assert json.loads(answer(eleventh))["error"] == "Busy"
        eleventh.close()

        def look(k: int) -> None:
            while not enough.is_set():
                guests[k].send(sent)
                assert isinstance(answer(guests[k]), bytes)
                counts[k] += 1
                if counts[k] == ENOUGH:
                    enough.set()

        with ThreadPoolExecutor(10) as people:
            for done in [people.submit(look, k) for k in range(10)]:
                done.result()
        for guest in guests:
            guest.close()
    assert min(counts) > 0.6 * max(counts)


@pytest.mark.gpu
def test_a_ring_is_worn_frame_after_frame(tmp_path: Path) -> None:
    frame = hand_frame(640)
    sent = jpeg(frame)
    with application(tmp_path) as app, listening(app) as host:
        client = opened(host)
        client.send(json.dumps({"product": "solitaire", "report": True}))
        for _ in range(8):
            client.send(sent)
            picture = pixels(answer(client)).astype(int)
            report = json.loads(answer(client))
        client.close()
    (placement,) = report["placements"]
    assert placement["finger"] == "ring"
    change = np.abs(picture - pixels(sent)).max(axis=-1)
    rows, columns = np.nonzero(change > 60)
    assert len(rows) > 60
    x, y = placement["center_px"]
    assert np.hypot(columns - x, rows - y).max() < 2.0 * placement["width_px"]
