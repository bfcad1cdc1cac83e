"""Work in lines: in turn, once for all who wait, refused when the house is full, never stuck."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

import pytest
from flask import Flask

from api import services
from api.queueing import HouseFull, Line
from api.rooms import Busy, Room
from models3d.mesh import Model
from tests.serving import application, listening
from viewer.configuration import Configuration, configure
from viewer.picture_order import Draw, PictureOrder

PLACES = 8
PATIENCE_S = 60.0  # of a slow machine that does other things as well


class Gate:
    """Work that says that it has begun and waits until it may go on."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go = threading.Event()

    def __call__(self) -> bytes:
        self.begun.set()
        assert self.go.wait(PATIENCE_S)
        return b"gate"


@contextmanager
def line(
    to_make: int = PLACES, places: int = PLACES, patience_s: float = PATIENCE_S
) -> Iterator[Line]:
    """A line whose guests are named by the thread that asks."""
    made = Line(
        1,
        to_make,
        places,
        patience_s,
        "Full.",
        lambda: threading.current_thread().name.split(":")[0],
    )
    try:
        yield made
    finally:
        made.close()
        made.join()


def ask(where: Line, guest: str, piece: str, name: str, work) -> tuple[threading.Thread, list]:
    """Somebody asks on a thread of their own; the list takes what they get."""
    got: list[object] = []

    def run() -> None:
        try:
            got.append(where.done(piece, name, work))
        except Exception as error:
            got.append(error)

    thread = threading.Thread(target=run, name=f"{guest}:{piece}/{name}")
    thread.start()
    return thread, got


def until(true) -> None:
    end = monotonic() + PATIENCE_S
    while not true():
        assert monotonic() < end
        sleep(0.002)


def test_what_is_foreseen_is_begun_where_a_worker_is_free_and_waits_for_none() -> None:
    with line() as where:
        busy, later = Gate(), Gate()
        where.begin("ring", "foreseen", busy)
        assert busy.begun.wait(PATIENCE_S)
        where.begin("watch", "foreseen", later)  # would hold up whoever comes next
        thread, got = ask(where, "ann", "ring", "foreseen", later)  # waits for what was begun
        busy.go.set()
        thread.join(PATIENCE_S)
        assert got == [b"gate"]
        assert where.done("ring", "next", lambda: b"next") == b"next"
    assert not later.begun.is_set()


def test_pieces_take_turns_and_within_a_piece_first_come_is_first_served() -> None:
    with line() as where:
        gate, order = Gate(), []
        held = ask(where, "first", "gate", "0", gate)
        assert gate.begun.wait(PATIENCE_S)
        asked = []
        for piece, name in ("a1", "a2", "a3", "b1", "b2", "c1"):

            def work(made: str = piece + name) -> bytes:
                order.append(made)
                return made.encode()

            asked.append(ask(where, piece, piece, name, work))
            until(lambda: len(where._jobs) == len(asked) + 1)
        gate.go.set()
        for thread, _ in [held, *asked]:
            thread.join(PATIENCE_S)
        assert order == ["a1", "b1", "c1", "a2", "b2", "a3"]
        assert [got for _, got in asked] == [[b"a1"], [b"a2"], [b"a3"], [b"b1"], [b"b2"], [b"c1"]]


def test_one_is_made_for_all_who_ask_for_it_and_its_failure_is_theirs() -> None:
    with line() as where:
        gate, made = Gate(), []

        def work() -> bytes:
            made.append(1)
            return b"picture"

        def fail() -> bytes:
            raise ZeroDivisionError

        held = ask(where, "first", "gate", "0", gate)
        assert gate.begun.wait(PATIENCE_S)
        same = [ask(where, f"guest{n}", "ring", "0.webp", work) for n in range(3)]
        wrong = [ask(where, f"other{n}", "ring", "1.webp", fail) for n in range(2)]
        until(lambda: where._seated.total() == 6)
        gate.go.set()
        for thread, _ in [held, *same, *wrong]:
            thread.join(PATIENCE_S)
        assert [got for _, got in same] == [[b"picture"]] * 3
        assert len(made) == 1
        assert all(isinstance(got[0], ZeroDivisionError) for _, got in wrong)
        assert where.done("ring", "1.webp", work) == b"picture"  # the next one tries again


def test_one_guest_cannot_take_the_last_places_and_all_are_given_back() -> None:
    with line() as where:
        gate = Gate()
        mine = [ask(where, "greedy", f"piece{n}", "0", gate) for n in range(PLACES - 2)]
        until(lambda: where._seated.total() == PLACES - 2)
        _, refused = ask(where, "greedy", "one more", "0", gate)
        until(lambda: refused)
        assert isinstance(refused[0], HouseFull)
        assert 1 <= refused[0].retry_after_s <= 60
        others = [ask(where, f"guest{n}", f"theirs{n}", "0", gate) for n in range(2)]
        until(lambda: where._seated.total() == PLACES)
        _, full = ask(where, "late", "late", "0", gate)
        until(lambda: full)
        assert isinstance(full[0], HouseFull)
        gate.go.set()
        for thread, got in [*mine, *others]:
            thread.join(PATIENCE_S)
            assert got == [b"gate"]
        until(lambda: not where._jobs)
        assert not where._seated
        assert not where._turns


def test_many_may_wait_for_the_little_that_is_to_be_made() -> None:
    with line(to_make=4, places=12) as where:
        gate = Gate()
        crowd = [ask(where, f"guest{n}", "ring", "0", gate) for n in range(8)]
        until(lambda: where._seated.total() == 8)
        others = [ask(where, f"other{n}", f"ring{n}", "0", gate) for n in range(3)]
        until(lambda: len(where._jobs) == 4)
        _, refused = ask(where, "late", "another ring", "0", gate)
        until(lambda: refused)
        assert isinstance(refused[0], HouseFull)  # four are to be made
        last = ask(where, "late", "ring", "0", gate)
        until(lambda: where._seated.total() == 12)
        _, full = ask(where, "too late", "ring", "0", gate)
        until(lambda: full)
        assert isinstance(full[0], HouseFull)  # twelve wait
        gate.go.set()
        for thread, got in [*crowd, *others, last]:
            thread.join(PATIENCE_S)
            assert got == [b"gate"]


def test_who_waited_too_long_finds_it_made_when_asking_again() -> None:
    with line(patience_s=0.05) as where:
        gate = Gate()
        with pytest.raises(HouseFull):
            where.done("ring", "0", gate)
        gate.go.set()
        until(lambda: not where._jobs)
        assert not where._seated

    def late() -> bytes:
        raise TimeoutError("of the work itself")

    with line() as where, pytest.raises(TimeoutError, match="itself"):
        where.done("ring", "0", late)


def test_at_the_end_nobody_is_left_waiting() -> None:
    with line() as where:
        gate = Gate()
        begun = ask(where, "a", "ring", "0", gate)
        assert gate.begun.wait(PATIENCE_S)
        waiting = [ask(where, f"b{n}", "ring", str(n), gate) for n in range(1, 4)]
        until(lambda: len(where._jobs) == 4)
        where.close()
        for thread, got in waiting:
            thread.join(PATIENCE_S)
            assert isinstance(got[0], HouseFull)
        gate.go.set()
        where.join()
        begun[0].join(PATIENCE_S)
        assert begun[1] == [b"gate"]
        with pytest.raises(HouseFull, match="closing"):
            where.done("ring", "9", gate)


def test_only_so_many_wait_for_a_place_in_a_room() -> None:
    room = Room(1, "Full.", patience_s=PATIENCE_S, waiting=1)
    held, go = threading.Event(), threading.Event()
    served = []

    def stay() -> None:
        with room.place():
            held.set()
            assert go.wait(PATIENCE_S)
            served.append(1)

    inside = threading.Thread(target=stay)
    inside.start()
    assert held.wait(PATIENCE_S)
    waiting = threading.Thread(target=stay)
    waiting.start()
    until(lambda: room._door._value == 0)
    begun = monotonic()
    with pytest.raises(Busy, match="Full"), room.place():
        pass
    assert monotonic() - begun < PATIENCE_S / 2  # who finds the door shut does not wait
    go.set()
    for thread in (inside, waiting):
        thread.join(PATIENCE_S)
    assert len(served) == 2
    with room.place():
        pass


@pytest.mark.parametrize(
    ("address", "told", "guest"),
    [
        ("10.1.2.3", None, "10.1.2.3"),
        ("10.1.2.3", "8.8.8.8", "10.1.2.3"),  # strangers tell what they like
        ("127.0.0.1", "6.6.6.6, 8.8.8.8", "8.8.8.8"),  # the last one was told by our own proxy
        ("127.0.0.1", None, "127.0.0.1"),
    ],
)
def test_a_guest_is_known_by_address_as_a_proxy_on_this_machine_tells_it(
    address: str, told: str | None, guest: str
) -> None:
    headers = {} if told is None else {"X-Forwarded-For": told}
    with Flask("shop").test_request_context(
        "/", headers=headers, environ_base={"REMOTE_ADDR": address}
    ):
        assert services.guest() == guest
    assert services.guest() == ""


def bands(count: int) -> list[Configuration]:
    """So many different rings."""
    return [
        configure("band", {"width": f"{2 + 0.1 * (n // 20):.1f}", "size": f"EU {44 + n % 20}"})
        for n in range(count)
    ]


def fetch(address: str, path: str) -> tuple[int, bytes, str | None]:
    connection = HTTPConnection(address, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.getheader("Retry-After")
    finally:
        connection.close()


def test_two_hundred_at_once_are_served_or_told_when_to_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: Counter[str] = Counter()
    at_once, most, go = threading.Semaphore(1000), [], threading.Event()

    def made(order: PictureOrder, model: Model, draw: Draw) -> bytes:
        at_once.acquire()
        most.append(1000 - at_once._value)
        assert go.wait(PATIENCE_S)
        sleep(0.02)
        at_once.release()
        drawn[model] += 1
        return model.encode()

    monkeypatch.setattr(PictureOrder, "made", made)
    monkeypatch.setattr("viewer.bake.build_model", lambda configuration: configuration.hash)
    pieces = bands(200)
    assert len({piece.hash for piece in pieces}) == 200
    with application(tmp_path) as app, listening(app) as address, ThreadPoolExecutor(200) as crowd:
        for piece in pieces:
            app.extensions["parure"].store.remember(piece)
        assert app.extensions["parure"].studio  # its light is ready before the crowd comes
        paths = {piece.hash: f"/api/v1/renders/{piece.hash}/0.webp?w=160" for piece in pieces}
        threads = threading.active_count()
        waiting, refusals, rounds = set(paths), 0, 0
        while waiting:
            rounds += 1
            assert rounds < 40
            answers = {key: crowd.submit(fetch, address, paths[key]) for key in sorted(waiting)}
            if not go.is_set():  # nothing is drawn yet: whoever has an answer was refused
                assert wait(answers.values(), PATIENCE_S, FIRST_COMPLETED).done
            assert fetch(address, "/healthz")[0] == 200  # those who want little are not held up
            go.set()
            for key, answer in answers.items():
                status, body, retry_after = answer.result()
                if status == 200:
                    assert body == key.encode()
                    waiting.discard(key)
                else:
                    assert status == 503
                    assert 1 <= int(retry_after) <= 60
                    assert b"ask again shortly" in body
                    refusals += 1
        assert refusals > 0  # the first two hundred were more than the house holds
        assert len(drawn) == 200
        assert set(drawn.values()) == {1}
        assert max(most) <= 2
        until(lambda: threading.active_count() <= threads + 210)
