"""The workshop file: one watertight solid, in millimetres, the same bytes every time."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import trimesh

from models3d.errors import ModelError
from models3d.export.stl import write_stl
from models3d.mesh import Model
from models3d.profiles import Profile
from models3d.rings.band import Band
from models3d.rings.solitaire import Solitaire
from models3d.sizes import parse_ring_size

ROOT = Path(__file__).parent.parent
MODELS = [
    Solitaire().build(),
    Solitaire(carat=3.0, prongs=4, size=parse_ring_size("EU 44")).build(),
    Solitaire(carat=0.3, profile=Profile.FLAT, size=parse_ring_size("EU 72")).build(),
    Band().build(),
    Band(profile=Profile.FLAT, width_mm=8.0).build(),
]


@pytest.mark.parametrize("model", MODELS)
def test_the_file_is_one_watertight_solid_in_millimetres(model: Model) -> None:
    written = write_stl(model)
    assert not written.startswith(b"solid")  # readers take that for the text format
    mesh = trimesh.load(io.BytesIO(written), file_type="stl")
    assert isinstance(mesh, trimesh.Trimesh)
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.is_volume
    assert mesh.body_count == 1
    assert model.bill is not None
    assert mesh.volume == pytest.approx(model.bill.metals[0].volume_mm3, rel=1e-5)
    hole = np.hypot(mesh.vertices[:, 0], mesh.vertices[:, 2]).min() * 2.0
    assert hole == pytest.approx((model.inner_diameter or 0.0) * 1e3, abs=2e-6)  # float32


def test_the_stone_is_left_out() -> None:
    model = MODELS[0]
    mesh = trimesh.load(io.BytesIO(write_stl(model)), file_type="stl")
    stone = next(part for part in model.parts if part.name == "stone").world_mesh()
    table_mm = stone.positions[:, 2].max() * 1e3
    assert mesh.vertices[:, 2].max() < table_mm


def test_a_model_without_metal_or_in_pieces_is_refused() -> None:
    solitaire = MODELS[0]
    stone = tuple(part for part in solitaire.parts if part.name == "stone")
    with pytest.raises(ModelError, match="no metal"):
        write_stl(Model("stone", stone))
    small, large = (Band(size=parse_ring_size(s)).build().parts for s in ("EU 40", "EU 70"))
    with pytest.raises(ModelError, match="do not join"):
        write_stl(Model("two bands", small + large))


def test_other_processes_write_the_same_bytes() -> None:
    script = (
        "import hashlib; from viewer.configuration import build_model, configure; "
        "from models3d.export.stl import write_stl; from models3d.gltf import write_glb; "
        "models = [build_model(configure(p)) for p in ('solitaire', 'band')]; "
        "print([hashlib.sha256(w(m)).hexdigest() for m in models for w in (write_stl, write_glb)])"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, threads in (("1", "1"), ("2", "2"))
    ]
    assert runs[0] == runs[1]
    assert hashlib.sha256(write_stl(Solitaire().build())).hexdigest() in runs[0]
