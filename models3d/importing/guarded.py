"""Importing with bounds on time and memory, for files that nobody vouches for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from models3d.errors import ModelError
from models3d.importing.importer import Wishes
from models3d.importing.worker import MODEL, REFUSED, REPORT
from models3d.threads import ONE_THREAD

PROCESSOR_S: Final = 8  # seconds of one core; the wall clock may run on while others work
PATIENCE: Final = 5.0  # wall clock over processor time, at most
OUT_OF_TIME: Final = -24  # ended by SIGXCPU, or by SIGKILL where that was not enough
KILLED: Final = -9
ROOT: Final = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """A normalised model and what was assumed."""

    glb: bytes
    report: dict[str, Any]


def import_file(path: Path, wishes: Wishes, processor_s: int = PROCESSOR_S) -> Imported:
    """Import a file in a process of its own.

    Raises:
        ModelError: the file cannot be used, takes too long, or needs too much memory.
    """
    asked = {
        "unit": wishes.unit,
        "up": wishes.up,
        "anchor": wishes.anchor,
        "processor_s": processor_s,
    }
    too_long = ModelError(f"{path.name} takes longer than {processor_s} s to read: make it simpler")
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "models3d.importing.worker"]
        command += [str(path.absolute()), folder, json.dumps(asked)]
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env={**os.environ, **ONE_THREAD},
                capture_output=True,
                timeout=PATIENCE * processor_s,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise too_long from error
        if done.returncode in (OUT_OF_TIME, KILLED):
            raise too_long
        if done.returncode == REFUSED:
            raise ModelError(json.loads(done.stdout.splitlines()[-1])["refused"])
        if done.returncode != 0:
            raise ModelError(f"{path.name} cannot be read: it is broken, or needs more than 1 GB")
        glb = (Path(folder) / MODEL).read_bytes()
        return Imported(glb, json.loads((Path(folder) / REPORT).read_text(encoding="utf-8")))


def import_bytes(data: bytes, wishes: Wishes, processor_s: int = PROCESSOR_S) -> Imported:
    """Import an upload: alone in an empty folder, so that nothing lies beside it.

    Raises:
        ModelError: as `import_file`.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("model.glb" if data[:4] == b"glTF" else "model.gltf")
        path.write_bytes(data)
        return import_file(path, wishes, processor_s)
