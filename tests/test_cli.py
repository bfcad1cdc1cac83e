"""`parure products` and `parure build` as a person types them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import trimesh
from click.testing import CliRunner, Result
from PIL import Image

from cli import main
from models3d.frames import Anchor
from models3d.gltf import read_model
from models3d.threads import ONE_THREAD


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_products_are_listed_for_people_and_for_programs() -> None:
    assert "solitaire: Solitaire (ring)" in run("products").output
    catalogue = json.loads(run("products", "--json").output)
    assert {(p["id"], p["family"], p["anchor"]) for p in catalogue} >= {
        ("solitaire", "ring", "finger"),
        ("band", "ring", "finger"),
    }
    assert all(product["name"] and product["options"] for product in catalogue)


def test_a_built_glb_is_the_ring_that_was_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "ring.glb"
    assert run("build", "solitaire", "--set", "size=EU 60", "-o", out).exit_code == 0
    model = read_model(out)
    assert model.anchor is Anchor.FINGER
    assert model.inner_diameter == pytest.approx(60e-3 / np.pi, abs=1e-6)


def test_a_built_stl_is_one_watertight_solid_in_millimetres(tmp_path: Path) -> None:
    out = tmp_path / "ring.stl"
    assert run("build", "band", "--set", "width=5", "-o", out).exit_code == 0
    solid = trimesh.load_mesh(out)
    assert solid.is_watertight
    assert solid.extents[1] == pytest.approx(5.0, abs=0.01)


@pytest.mark.parametrize(
    ("name", "start"), [("ring.usdz", b"PK"), ("ring.3mf", b"PK"), ("ring.glb", b"glTF")]
)
def test_every_model_file_is_written(tmp_path: Path, name: str, start: bytes) -> None:
    out = tmp_path / name
    profile = ("--profile", "ar") if name.endswith(".glb") else ()
    assert run("build", "band", *profile, "-o", out).exit_code == 0
    assert out.read_bytes().startswith(start)


@pytest.mark.gpu
def test_a_built_picture_shows_a_stone_on_a_light_ground(tmp_path: Path) -> None:
    out = tmp_path / "ring.png"
    assert run("build", "solitaire", "-o", out).exit_code == 0
    with Image.open(out) as picture:
        pixels = np.asarray(picture.convert("L"), np.float64)
    assert pixels.shape == (1600, 1600)
    assert 200 < np.median(pixels[:100]) < 250  # the ground, warm white and not pure
    assert pixels.min() < 60  # dark cards in polished metal
    assert np.ptp(pixels) > 190


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("build", "tiara", "-o", "x.glb"), "solitaire"),
        (("build", "solitaire", "--set", "carat=9", "-o", "x.glb"), "0.3 to 3"),
        (("build", "solitaire", "--set", "carat", "-o", "x.glb"), "KEY=VALUE"),
        (("build", "solitaire", "-o", "ring.obj"), ".glb, .usdz, .stl, .3mf"),
        (("build", "band", "-o", "x.step"), "writes no STEP"),
        (("build", "band", "--profile", "ar", "-o", "x.stl"), "--profile ar is for .glb"),
        (("build", "solitaire", "-o", "nowhere/ring.glb"), "no folder 'nowhere'"),
    ],
)
def test_a_bad_request_is_one_sentence_and_status_2(
    arguments: tuple[str, ...], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_every_command_asks_for_one_thread_of_linear_algebra_before_numpy_is_there() -> None:
    asked = (
        "import os, sys, cli\n"
        "assert 'numpy' not in sys.modules\n"
        "cli.main(['products'], standalone_mode=False)\n"
        "print(os.environ['OPENBLAS_NUM_THREADS'], os.environ['OMP_NUM_THREADS'])\n"
    )
    told = {name: value for name, value in os.environ.items() if name not in ONE_THREAD}
    for environment, expected in ((told, "1 1"), (told | {"OMP_NUM_THREADS": "3"}, "1 3")):
        said = subprocess.run(
            [sys.executable, "-c", asked],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert said.splitlines()[-1] == expected
