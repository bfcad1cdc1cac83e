"""`parure kiosk`: what it refuses, what it starts, and that it starts it again."""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner

from cli import main
from kiosk import browser
from kiosk.browser import BROWSER_VARIABLE, browser_command, browser_program, screen_places
from kiosk.cameras import CameraSource, LoopedVideo, source_of, upright
from kiosk.errors import CannotStart
from kiosk.launcher import Kept
from kiosk.setup import KioskSetup
from kiosk.staff import PIN_VARIABLE
from tests.mirrors import within
from tests.test_video import make_clip
from viewer.errors import UnknownProduct

NOW = datetime(2026, 1, 1)
SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")
END = (sys.executable, "-c", "raise SystemExit(3)")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--camera", "nowhere.mp4"], "no video"),
        (["--camera", "photo.jpg"], "no camera"),
        (["--restart-at", "noon"], "no time of day"),
        (["--product", "tiara"], "no product"),
        (["--orientation", "round"], "Invalid value"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(arguments: list[str], says: str) -> None:
    answer = CliRunner().invoke(main, ["kiosk", "--no-browser", *arguments])
    assert answer.exit_code == 2
    assert len([line for line in answer.output.splitlines() if line.startswith("Error")]) == 1
    assert says in answer.output


def test_a_weak_pin_is_told_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PIN_VARIABLE, "1234")
    answer = CliRunner().invoke(main, ["kiosk", "--no-browser"])
    assert answer.exit_code == 2
    assert PIN_VARIABLE in answer.output


def test_no_screen_and_no_browser_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(CannotStart, match="--no-browser"):
        browser.check_screen()
    monkeypatch.setenv("DISPLAY", ":0")
    browser.check_screen()
    monkeypatch.setattr(browser, "PROGRAMS", ("/nowhere/chromium",))
    with pytest.raises(CannotStart, match=BROWSER_VARIABLE):
        browser_program()
    monkeypatch.setenv(BROWSER_VARIABLE, sys.executable)
    assert browser_program() == sys.executable


def test_the_browser_shows_one_page_and_leaves_nothing(tmp_path: Path) -> None:
    command = browser_command("chromium", "http://127.0.0.1:8000/kiosk", tmp_path, (1920, 0))
    assert command[0] == "chromium"
    assert {"--kiosk", "--incognito", "--disable-background-networking"} <= set(command)
    assert f"--user-data-dir={tmp_path}" in command
    assert "--window-position=1920,0" in command
    assert command[-1] == "--app=http://127.0.0.1:8000/kiosk"


def test_screens_are_read_from_xrandr() -> None:
    told = (
        "Monitors: 2\n"
        " 0: +*DP-1 1080/300x1920/530+0+0  DP-1\n"
        " 1: +HDMI-1 1920/530x1080/300+1080+420  HDMI-1\n"
    )
    assert screen_places(told) == [(0, 0), (1080, 420)]
    assert screen_places("Monitors: 0\n") == []


def test_the_service_listens_where_it_says() -> None:
    assert KioskSetup().binds == ("127.0.0.1:8000",)
    assert KioskSetup().address == "http://127.0.0.1:8000"
    here = KioskSetup(network="192.168.1.20", port=81)
    assert here.binds == ("127.0.0.1:81", "192.168.1.20:81")
    assert here.address == "http://192.168.1.20:81"
    assert KioskSetup(network="fd00::2").binds[1] == "[fd00::2]:8000"
    assert KioskSetup(network="fd00::2").address == "http://[fd00::2]:8000"
    assert KioskSetup(network="mirror.local").binds == ("0.0.0.0:8000",)


def test_both_processes_are_told_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[KioskSetup] = []
    monkeypatch.setattr("api.kiosk_server.KioskServer.__init__", lambda self, s: told.append(s))
    monkeypatch.setattr("api.kiosk_server.KioskServer.run", lambda self: None)
    film = tmp_path / "film.mp4"
    make_clip(film)
    setups = [
        KioskSetup(),
        KioskSetup(str(film), 90, "portrait", 8123, "10.0.0.5", False, ("band", "halo"), "never"),
    ]
    for setup in setups:
        answer = CliRunner().invoke(main, ["kiosk-service", *setup.arguments()])
        assert answer.exit_code == 0, answer.output
    assert told == setups


def test_the_inner_command_is_not_advertised() -> None:
    shown = main.list_commands(click.Context(main))
    assert "kiosk" in shown
    assert "kiosk-service" not in shown


def test_settings_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARURE_STORE", str(tmp_path / "store"))
    settings = KioskSetup(products=("band",), restart_at="never").settings(NOW)
    assert settings.tray == ("band",)
    assert settings.use_file == tmp_path / "kiosk" / "use.json"
    with pytest.raises(UnknownProduct):
        KioskSetup(products=("tiara",)).settings(NOW)
    monkeypatch.setenv("PARURE_STORE", "memory://bucket")
    assert KioskSetup().settings(NOW).use_file is None


def test_a_camera_is_a_number_or_a_video(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    make_clip(film)
    assert isinstance(source_of("0")(), CameraSource)
    assert isinstance(source_of(str(film))(), LoopedVideo)
    for wrong in (str(tmp_path), str(tmp_path / "no.mp4"), "photo.jpg"):
        with pytest.raises(CannotStart):
            source_of(wrong)
    with pytest.raises(CannotStart, match="turned"):
        source_of("0", 45)


def test_a_video_plays_over_and_over_at_its_pace_and_upright(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    make_clip(film)
    frames = source_of(str(film), 90)().frames()
    taken = [next(frames) for _ in range(14)]
    times = np.array([frame.captured_s for frame in taken])
    assert (np.diff(times) > 0.0).all()
    assert taken[0].image.shape[0] > taken[0].image.shape[1]  # the clip lies, turned it stands
    frames.close()
    scene = np.zeros((2, 3, 3), np.uint8)
    scene[0, 2] = 255  # its top right corner
    for quarters in range(4):  # a camera turned clockwise sees the world turned the other way
        seen = np.ascontiguousarray(np.rot90(scene, quarters))
        np.testing.assert_array_equal(upright(seen, 90 * quarters), scene)


def test_whatever_ends_is_started_again_after_growing_pauses() -> None:
    now = [0.0]
    kept = Kept("The browser", END, clock=lambda: now[0])
    starts: list[float] = []
    for _ in range(400):
        before = kept.starts
        kept.look()
        if kept.starts > before:
            starts.append(now[0])
            within(60.0, lambda: not kept.runs)
        now[0] += 0.1
        if len(starts) == 5:
            break
    gaps = np.diff(starts)
    assert (np.diff(gaps) > 0.0).all()  # who ends at once is not started in a tight circle
    kept.end()


def test_a_program_that_is_killed_runs_again_and_ends_with_its_keeper() -> None:
    kept = Kept("The service", SLEEP)
    kept.look()
    first = kept.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)

    def again() -> bool:
        kept.look()
        return kept.runs and kept.pid != first

    within(5.0, again)
    kept.end()
    assert not kept.runs
