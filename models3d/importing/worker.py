"""The import in a process of its own: what a hostile file does, it does to nobody else.

`python -m models3d.importing.worker FILE FOLDER WISHES` writes model.glb and report.json into the
folder; a refusal is one JSON line on standard output and exit status 3.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from models3d.errors import ModelError
from models3d.frames import Anchor
from models3d.gltf import Profile, write_glb
from models3d.importing.importer import Wishes, import_model

REFUSED = 3
MODEL, REPORT = "model.glb", "report.json"
MOST_MEMORY = 2**30  # bytes of data


def main(file: str, folder: str, wishes: str) -> int:
    """Read, normalise, write; the exit status."""
    asked = json.loads(wishes)
    limit(asked.get("processor_s", 60))
    anchor = Anchor(asked["anchor"]) if asked.get("anchor") else None
    try:
        model, report = import_model(Path(file), Wishes(asked.get("unit"), asked.get("up"), anchor))
    except (ModelError, MemoryError) as error:
        sentence = str(error) or "the model needs more than 1 GB to be read"
        sys.stdout.write(json.dumps({"refused": sentence}) + "\n")
        return REFUSED
    (Path(folder) / MODEL).write_bytes(write_glb(model, Profile.WEB))
    document = json.dumps(report.document(), indent=2, ensure_ascii=False)
    (Path(folder) / REPORT).write_text(document, encoding="utf-8")
    return 0


def limit(processor_s: int) -> None:
    """Bound memory and processor time, where the system knows such limits."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (processor_s, processor_s))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
