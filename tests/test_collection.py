"""The collection is baked ahead: once, in parallel, past interruptions, and failures are told."""

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image as Pillow

from viewer import command
from viewer.bake import edition
from viewer.collection import Baked, bake, bake_all, cluster, tasks_for
from viewer.configuration import configure
from viewer.contact_sheet import Shown, contact_sheet
from viewer.store import Store

BAND = configure("band")


def test_a_page_needs_a_model_and_posters_and_all_views_if_asked() -> None:
    plain = tasks_for([BAND], turntables=False)
    assert [task.asset for task in plain] == [
        "bill", "glb", "poster-480", "poster-720", "poster-960", "poster-1440",
    ]  # fmt: skip
    assert len(tasks_for([BAND, configure("solitaire")], turntables=True)) == 2 * (6 + 35)
    assert {json.loads(task.canonical)["product"] for task in plain} == {"band"}


@pytest.mark.gpu
def test_workers_bake_into_the_store_and_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    tasks = [t for t in tasks_for([BAND], turntables=False) if t.asset in ("glb", "poster-480")]
    broken = replace(tasks[0], canonical=tasks[0].canonical.replace('"width":"4"', '"width":"99"'))
    seen: list[Baked] = []
    with cluster(None, 2) as client:
        results = bake_all([*tasks, broken], tmp_path, client, seen.append)
        assert [result.error for result in results[:2]] == [None, None]
        assert "must be 2 to 8 mm" in (results[2].error or "")
        assert sorted(seen, key=str) == sorted(results, key=str)
        store = Store(tmp_path, edition())
        assert store.has_asset(BAND, "model.glb")
        files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        again = bake_all(tasks, tmp_path, client, seen.append)
    assert [result.size_bytes for result in again] == [r.size_bytes for r in results[:2]]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == files
    assert sum(result.seconds for result in again) < 0.5 * sum(r.seconds for r in results[:2])


def test_a_wrong_task_says_why_and_harms_nothing(tmp_path: Path) -> None:
    (task, *_) = tasks_for([BAND], turntables=False)
    gone = replace(task, canonical=task.canonical.replace("band", "tiara"))
    result = bake(gone, tmp_path)
    assert result.error is not None
    assert "tiara" in result.error
    assert list(tmp_path.rglob("*")) == []


def test_a_sheet_shows_every_piece_once_in_order() -> None:
    colours = [(200, 30, 30), (30, 200, 30), (30, 30, 200)]
    pieces = [
        Shown(f"Piece {number}", "gold", np.full((50, 50, 3), colour, np.uint8))
        for number, colour in enumerate(colours)
    ]
    sheet = contact_sheet(pieces, columns=2, side_px=200)
    assert sheet.shape == (2 * 20 + 2 * 234, 2 * 20 + 2 * 200, 3)
    assert tuple(sheet[120, 120]) == colours[0]
    assert tuple(sheet[120, 320]) == colours[1]
    assert tuple(sheet[354, 120]) == colours[2]
    assert (sheet[222:240, 20:220].min(axis=2) < 150).any()  # its name
    assert (sheet[456:474, 220:420].min(axis=2) > 200).all()  # no fourth piece


@pytest.mark.gpu
def test_the_command_reports_and_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARURE_VAR", str(tmp_path))
    sheet = tmp_path / "sheet.png"
    run = CliRunner().invoke(
        command.bake, ["band", "--workers", "1", "--sheet", str(sheet), "--columns", "1"]
    )
    assert run.exit_code == 0, run.output
    assert run.output.startswith("6 of 6 files")
    width, height = Pillow.open(io.BytesIO(sheet.read_bytes())).size
    assert (width, height) == (480 + 96, 96 + 562)


def test_check_and_price_answer_in_words() -> None:
    checked = CliRunner().invoke(command.check, ["band", "--set", "thickness=1.3"])
    assert checked.exit_code == 0
    assert "band: 1.30 mm (at least 1.2 mm): delicate" in checked.output
    assert "resized from EU 52 to EU 56" in checked.output
    priced = CliRunner().invoke(command.price, ["band", "--currency", "JPY", "--locale", "ja"])
    assert priced.exit_code == 0
    assert "Total: ￥" in priced.output
