"""Golden vectors: what the Python solver makes of given inputs, replayed by its JavaScript twin.

Each subject is a module of this folder with a function `vectors()` and a committed file of its
name. The file holds, by the name of the JavaScript function, what it is given and what it gives;
names are camelCase, arrays flat, pictures and long arrays packed (`packing.py`).
`python -m tests.vectors.write` writes them anew.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from models3d.frames import Image
from tests.vectors.packing import packed, unpacked
from tryon.types import PersonMask

FOLDER = Path(__file__).parent
SUBJECTS = (
    "smoothing",
    "hands",
    "pixels",
    "rings",
    "heads",
    "necks",
    "wrists",
    "ears",
    "covers",
    "bracelets",
    "drapes",
    "necklaces",
    "light",
    "second_look",
)
DIGITS = 10  # significant, of what is written
SINGLE = 1e-7  # of a number, that single precision may take off it

Case = dict[str, Any]
Vectors = dict[str, list[Case]]


def case(gives: object, **given: object) -> Case:
    """One call: its arguments by name, and its result."""
    return {"given": plain(given), "gives": plain(gives)}


@cache
def seen() -> dict[str, Any]:
    """Landmarks of photographs, by name; a case gives one as "@" and its name."""
    found: dict[str, Any] = unpacked(json.loads((FOLDER / "seen.json").read_text()))
    return found


@cache
def photo(name: str) -> Image:
    """A picture of `seen.json`."""
    held = seen()[name]
    shape = held["height"], held["width"], held["channels"]
    return np.frombuffer(held["pixels"], np.uint8).reshape(shape)


def mask(name: str, time_ms: float = 0.0) -> PersonMask:
    """A person mask of `seen.json`."""
    share = photo(name)[..., 0].astype(np.float32) / np.float32(255.0)
    return PersonMask(share, time_ms)


def computed(subject: str) -> Vectors:
    """The vectors of a subject as Python computes them now, as they would be read back."""
    made: Vectors = import_module(f"tests.vectors.{subject}").vectors()
    return made


def path_of(subject: str) -> Path:
    """Where the vectors of a subject are committed."""
    return FOLDER / f"{subject}.json"


def read(subject: str) -> Vectors:
    """The committed vectors of a subject."""
    found: Vectors = unpacked(json.loads(path_of(subject).read_text()))
    return found


def write(subject: str) -> None:
    """Commit the vectors of a subject anew: a function a paragraph, a case a line."""
    paragraphs = []
    for name, cases in computed(subject).items():
        lines = [compact(packed(each)) for each in cases]
        paragraphs.append(f'"{name}":[\n' + ",\n".join(lines) + "\n]")
    path_of(subject).write_text("{" + ",\n".join(paragraphs) + "}\n")


def compact(value: object) -> str:
    """JSON without blanks; 1e999 is infinite as both languages read it."""
    return json.dumps(value, separators=(",", ":")).replace("Infinity", "1e999")


def plain(value: Any) -> Any:
    """The value as JSON can hold it: camelCase names, flat arrays, few digits."""
    if is_dataclass(value) and not isinstance(value, type):
        return {camel(f.name): plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, np.ndarray) and value.dtype == np.uint8:
        height, width, *channels = value.shape
        pixels = value.tobytes()
        return {"width": width, "height": height, "channels": [*channels, 1][0], "pixels": pixels}
    if isinstance(value, np.ndarray):
        return [plain(each) for each in value.ravel().tolist()]
    if isinstance(value, Mapping):
        return {camel(str(key)): plain(each) for key, each in value.items()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Sequence):
        return [plain(each) for each in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, float | np.floating):
        short = float(f"{float(value):.{DIGITS}g}")
        return int(short) if math.isfinite(short) and short.is_integer() else short
    if isinstance(value, int | np.integer):
        return int(value)
    if value is None:
        return None
    raise TypeError(f"no golden vector holds a {type(value).__name__}")


def camel(name: str) -> str:
    """`points_px` as `pointsPx`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def apart(wanted: Any, got: Any, path: str = "") -> str | None:
    """Where two values differ by more than a rounding error; None where they are the same."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        if wanted.keys() != got.keys():
            return f"{path}: {sorted(wanted)} against {sorted(got)}"
        pairs = [(f"{path}.{key}", wanted[key], got[key]) for key in wanted]
    elif isinstance(wanted, list) and isinstance(got, list):
        if len(wanted) != len(got):
            return f"{path}: {len(wanted)} against {len(got)} values"
        pairs = [(f"{path}[{k}]", wanted[k], got[k]) for k in range(len(wanted))]
    elif isinstance(wanted, bytes) and isinstance(got, bytes):
        return None if wanted == got else f"{path}: another picture"
    elif isinstance(wanted, bool | str | None) or isinstance(got, bool | str | None):
        return None if wanted == got else f"{path}: {wanted} against {got}"
    elif wanted == got or math.isclose(wanted, got, rel_tol=SINGLE, abs_tol=1e-9):
        return None
    else:
        return f"{path}: {wanted} against {got}"
    return next((found for p, a, b in pairs if (found := apart(a, b, p))), None)
