"""What keeps the mirror going for weeks besides its watchdog: pulse, films, disk, calibration."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import sleep, time
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from cli import main
from kiosk import attract
from kiosk.attract import Films
from kiosk.calibration import field_of_view_deg, findings, middle_of
from kiosk.kiosk import Kiosk
from kiosk.launcher import FIRST_PAGE_S, FIRST_SERVICE_S, PAGE_LOOKS, SERVICE_S, Pulse
from kiosk.memory import few_heaps, give_back
from kiosk.mirror import Mirror
from kiosk.pulse import beat, page_age_s, page_beat
from kiosk.settings import Settings
from kiosk.use import DAYS_KEPT
from models3d.files import NotWritable
from models3d.frames import Image
from tests.mirrors import FakeRenderer, Workshop, within
from tests.serving import application
from tests.test_video import make_clip
from viewer.configuration import Configuration, configure
from viewer.store import Store

GREY = 118  # sRGB of an 18 % grey card


@dataclass
class Program:
    """Something that is kept running."""

    runs: bool = True
    runs_s: float = 0.0
    renewed: list[str] = field(default_factory=list)

    def renew(self, why: str) -> None:
        self.renewed.append(why)
        self.runs_s = 0.0


@dataclass
class Beat:
    """A service that answers what a test says."""

    page_s: float | None = 0.1
    answers: bool = True

    def __call__(self) -> float | None:
        if not self.answers:
            raise ConnectionRefusedError
        return self.page_s


class Hours:
    """A clock that moves both programs along."""

    def __init__(self) -> None:
        self.now = 500.0
        self.beat, self.service, self.browser = Beat(), Program(), Program()
        self.pulse = Pulse(self.beat, self.service, self.browser, lambda: self.now)  # type: ignore[arg-type]

    def pass_by(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.25)):
            self.now += 0.25
            for program in (self.service, self.browser):
                program.runs_s += 0.25
            if self.beat.page_s is not None and self.beat.page_s > 1.0:
                self.beat.page_s += 0.25
            self.pulse.look()


def test_a_page_that_is_killed_is_started_again_within_five_seconds() -> None:
    hours = Hours()
    hours.pass_by(60.0)
    assert hours.browser.renewed == hours.service.renewed == []
    hours.beat.page_s = 1.25  # it has just died, and its browser runs on
    hours.pass_by(5.0)
    assert hours.browser.renewed == ["its page is silent"]
    hours.pass_by(FIRST_PAGE_S - 6.0)
    assert len(hours.browser.renewed) == 1  # a new browser is given time
    hours.beat.page_s = 0.1
    hours.pass_by(120.0)
    assert len(hours.browser.renewed) == 1


def test_a_page_that_never_comes_is_tried_again_ever_more_patiently() -> None:
    hours = Hours()
    hours.beat.page_s = None
    hours.pass_by(FIRST_PAGE_S + PAGE_LOOKS)
    assert len(hours.browser.renewed) == 1
    hours.pass_by(600.0)
    assert hours.service.renewed  # it may be the service that does not speak
    assert 5 < len(hours.browser.renewed) < 600.0 / FIRST_PAGE_S


def test_a_service_that_hangs_is_started_again_and_one_that_starts_is_waited_for() -> None:
    hours = Hours()
    hours.beat.answers = False
    hours.pass_by(FIRST_SERVICE_S - 5.0)
    assert hours.service.renewed == []
    hours.beat.answers = True
    hours.pass_by(10.0)
    hours.beat.answers = False
    hours.pass_by(SERVICE_S + 2.0)
    assert len(hours.service.renewed) == 1
    hours.pass_by(FIRST_SERVICE_S - 5.0)
    assert len(hours.service.renewed) == 1
    assert hours.browser.renewed == []  # nobody says anything about its page


def test_signs_of_life_are_left_by_the_service_and_for_its_page(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="service"):
        page_age_s(tmp_path)
    beat(tmp_path)
    assert page_age_s(tmp_path) is None
    page_beat(tmp_path)
    assert 0.0 <= (page_age_s(tmp_path) or 0.0) < 5.0
    long_ago = time() - 60.0
    os.utime(tmp_path / "service", (long_ago, long_ago))
    with pytest.raises(TimeoutError, match="sign"):
        page_age_s(tmp_path)


class Studio(FakeRenderer):
    """Draws nothing; counts the pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[int] = []

    def run(self, action: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(action(self))
        return done


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    def picture(studio: Studio, _: Any, number: int, frames: int) -> Image:
        studio.drawn.append(number)
        return np.full((32, 32, 3), 255 * number // frames, np.uint8)

    monkeypatch.setattr(attract, "picture", picture)
    monkeypatch.setattr(attract, "EVERY_S", 0.01)
    monkeypatch.setattr(attract, "CALM_S", 0.02)


@pytest.mark.usefixtures("quick")
def test_films_are_drawn_while_nobody_is_there_once_and_stop_for_whoever_comes(
    tmp_path: Path,
) -> None:
    store, studio, idle, ready = Store(tmp_path, "edition"), Studio(), threading.Event(), []
    films = Films(
        ("band", "signet"), store, lambda: studio, idle.is_set, lambda: ready.append(1), frames=5
    )  # type: ignore[arg-type]
    films.start()
    sleep(0.1)
    assert studio.drawn == []  # somebody is there
    idle.set()
    within(10.0, lambda: films.has("band") and films.has("signet"))
    films.close()
    assert ready
    assert studio.drawn == [*range(5), *range(5)]
    data = films.film("band")
    assert data is not None
    assert data[4:8] == b"ftyp"
    again = Films(("band", "signet"), store, lambda: studio, idle.is_set, frames=5)  # type: ignore[arg-type]
    again.start()
    sleep(0.1)
    again.close()
    assert len(studio.drawn) == 10


@pytest.mark.gpu
def test_a_studio_that_has_lost_its_graphics_gives_way_to_another(tmp_path: Path) -> None:
    with application(tmp_path) as app:
        behind = app.extensions["parure"]
        before = behind.studio
        behind.renew_studio()
        assert behind.studio is not before
        assert behind.studio.run(lambda renderer: 3).result() == 3


class FullStore(Store):
    """Keeps no film of a band."""

    def asset(
        self, configuration: Configuration | None, name: str, bake: Callable[[], bytes]
    ) -> bytes:
        data = bake()
        if configuration == configure("band"):
            raise NotWritable("The disk is full.")
        return super().asset(configuration, name, lambda: data)


@pytest.mark.usefixtures("quick")
def test_a_film_that_cannot_be_kept_is_drawn_once_and_the_others_come(tmp_path: Path) -> None:
    store, studio = FullStore(tmp_path, "edition"), Studio()
    films = Films(("band", "signet"), store, lambda: studio, lambda: True, frames=5)  # type: ignore[arg-type]
    films.start()
    within(20.0, lambda: films.has("signet"))
    sleep(0.1)
    films.close()
    assert not films.has("band")
    assert len(studio.drawn) == 10


class LostStudio(Studio):
    """Has lost its graphics."""

    def run(self, action: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_exception(RuntimeError("the context is lost"))
        return done


@pytest.mark.usefixtures("quick")
def test_films_go_on_with_another_studio_when_one_has_lost_its_graphics(tmp_path: Path) -> None:
    store, studios = Store(tmp_path, "edition"), [LostStudio(), LostStudio(), Studio()]
    told: list[str] = []

    def broke(failure: BaseException) -> None:
        told.append(str(failure))
        studios.pop(0)

    films = Films(("band",), store, lambda: studios[0], lambda: True, broke=broke, frames=5)  # type: ignore[arg-type]
    films.start()
    within(20.0, lambda: films.has("band"))
    films.close()
    assert told == ["the context is lost"] * 2


@pytest.mark.usefixtures("quick")
def test_a_film_that_breaks_every_studio_is_left_and_the_others_come(tmp_path: Path) -> None:
    told: list[BaseException] = []

    class Picky(Store):
        def asset(
            self, configuration: Configuration | None, name: str, bake: Callable[[], bytes]
        ) -> bytes:
            if configuration == configure("band"):
                raise RuntimeError("the driver gave up")
            return super().asset(configuration, name, bake)

    store = Picky(tmp_path, "edition")
    films = Films(("band", "signet"), store, Studio, lambda: True, broke=told.append, frames=5)  # type: ignore[arg-type]
    films.start()
    within(20.0, lambda: films.has("signet"))
    films.close()
    assert len(told) == attract.TRIES


@pytest.mark.usefixtures("quick")
def test_a_service_that_ends_waits_for_no_film(tmp_path: Path) -> None:
    store, studio = Store(tmp_path, "edition"), Studio()
    films = Films(("band",), store, lambda: studio, lambda: not studio.drawn, frames=400)  # type: ignore[arg-type]
    films.start()
    within(10.0, lambda: studio.drawn != [])
    films.close()
    assert not films.has("band")
    assert not list(tmp_path.rglob("*.mp4"))


def test_a_film_is_served_once_it_is_drawn_and_the_tray_says_so(tmp_path: Path) -> None:
    workshop = Workshop()
    kiosk = Kiosk(
        workshop.camera,
        Settings(tray=("band",)),
        give_up=pytest.fail,
        mirror=lambda source, notes: Mirror(
            source, notes, make_pipeline=workshop.pipeline, make_renderer=workshop.renderer
        ),
    )
    store = Store(tmp_path, "edition")
    films = Films(("band",), store, Studio, lambda: False)  # type: ignore[arg-type]
    with application(tmp_path, KIOSK=kiosk, KIOSK_FILMS=films) as app:
        client = app.test_client()
        assert client.get("/kiosk/films/band.mp4").status_code == 404
        assert client.get("/api/v1/kiosk/tray").json["pieces"][0]["film"] is None
        store.asset(configure("band"), attract.NAME, lambda: b"a film")
        (piece,) = client.get("/api/v1/kiosk/tray?lang=fr").json["pieces"]
        assert piece["name"] == "Alliance"
        assert client.get(piece["film"], headers={"Range": "bytes=2-3"}).data == b"fi"
        assert "price" not in str(piece).lower()
        assert (
            client.get("/kiosk", base_url="http://127.0.0.1")
            .headers["Content-Security-Policy"]
            .endswith("media-src 'self'")
        )
    kiosk.close()


def test_the_disk_does_not_grow_with_clients(tmp_path: Path) -> None:
    workshop = Workshop()
    hours = iter(range(10**6))

    def today() -> datetime:
        return datetime(2026, 1, 1) + timedelta(hours=next(hours))

    kiosk = Kiosk(
        workshop.camera,
        Settings(tray=("band", "solitaire"), use_file=tmp_path / "use.json"),
        give_up=pytest.fail,
        now=today,
        mirror=lambda source, notes: Mirror(
            source, notes, make_pipeline=workshop.pipeline, make_renderer=workshop.renderer
        ),
    )

    def client() -> None:
        for what in ("session", "worn:band", "worn:solitaire", "picture", "design", "fault:camera"):
            kiosk.counted(what)
        with kiosk._guard:
            kiosk._happened(kiosk._session.step(kiosk._clock(), present=False, acted=True))
            kiosk.handover.leave(b"closed" * 1000)
            kiosk._happened(kiosk._session.end(kiosk._clock()))

    def size() -> int:
        kiosk.use.write()
        return sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())

    for _ in range(24 * DAYS_KEPT // 4):
        client()
    full = size()
    for _ in range(24 * DAYS_KEPT // 4):
        client()
    assert size() <= full * 1.05
    assert len(list(tmp_path.rglob("*"))) == 1  # one file, whoever was there
    kiosk.close()


def test_a_grey_card_tells_the_cast_and_a_card_the_field_of_view() -> None:
    even = np.full((720, 1280, 3), GREY, np.uint8)
    assert middle_of(even).luminance == pytest.approx(0.18, abs=0.005)
    assert middle_of(even).cast == 0.0
    warm = even.copy()
    warm[..., 0] += 12
    poor = {each.name for each in findings([warm] * 3, 12.0) if not each.good}
    assert {"Colour cast of the grey card", "Frames a second"} <= poor
    assert all(each.advice for each in findings([warm], 12.0) if not each.good)
    dark = findings([even // 6] * 3, 30.0)
    assert any("More light" in each.advice for each in dark)
    # a card of 85.6 mm that fills the picture at 85.6 mm: half a right angle to each side's end
    assert field_of_view_deg(1280.0, 1280, 0.0856 / 2.0) == pytest.approx(90.0)
    with pytest.raises(ValueError, match="positive"):
        field_of_view_deg(0.0, 1280, 1.0)


def test_a_blurred_picture_has_less_detail_and_flicker_is_seen() -> None:
    noise = np.random.default_rng(3).integers(0, 255, (720, 1280, 3)).astype(np.uint8)
    sharp = next(each for each in findings([noise], None) if each.name == "Fine detail")
    faded = cv2.GaussianBlur(noise, (0, 0), 4.0)
    faded = cv2.normalize(faded, None, 0, 255, cv2.NORM_MINMAX)  # of full contrast again
    soft = next(
        each for each in findings([np.asarray(faded, np.uint8)], None) if each.name == "Fine detail"
    )
    assert (sharp.good, soft.good) == (True, False)
    still = [np.full((720, 1280, 3), GREY, np.uint8)] * 6
    pulsing = [each + 10 * (k % 2) for k, each in enumerate(still)]
    flicker = [
        {each.name: each for each in findings(images, None)}["Flicker"].good
        for images in (still, pulsing)
    ]
    assert flicker == [True, False]


def test_the_camera_is_checked_from_the_command_line(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    make_clip(clip)
    answer = CliRunner().invoke(main, ["kiosk-check", "--camera", str(clip)])
    assert answer.exit_code == 1  # no grey card in it
    assert "Frames a second" in answer.output
    answer = CliRunner().invoke(main, ["kiosk-check", "--camera", str(clip), "--distance", "1"])
    assert answer.exit_code == 2
    assert "--card-px" in answer.output


def test_memory_is_given_back_wherever_the_library_can() -> None:
    few_heaps()
    give_back()
