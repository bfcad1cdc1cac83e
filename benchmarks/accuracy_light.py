"""How well the light is read off skin: azimuth and angle of the key, hardness, colour, strength.

"Studio's key" is what a jewel reflects: the key softbox of the studio, turned and tilted.

Truth is made here (`benchmarks.lit_skin`): lamps of every direction, size, colour and strength on
a mean head and on a hand of many complexions. The made skin follows the same law of shading as the
estimate assumes, so real faces do worse; what is measured is how much noise, complexion, beards,
highlights, pose and the room's own colours mislead it. "assumed" is the error without reading.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.common import SEED, measure, write_results
from benchmarks.lit_skin import Lamp, lit_face, lit_hand, random_lamp
from models3d.frames import Array, Image
from tryon.appearance.light import KEY_AZIMUTH, KEY_ELEVATION, Light, read_light
from tryon.appearance.shading import NO_KEY
from tryon.types import FaceLandmarks, HandLandmarks

SAMPLES = 200
AZIMUTH_BUDGET_DEG, COLOUR_BUDGET, STRENGTH_BUDGET, READ_BUDGET_MS = 15.0, 0.12, 0.30, 1.5
SHOWN_BUDGET_DEG = 25.0
Maker = Callable[[Lamp, np.random.Generator], tuple[Image, FaceLandmarks | HandLandmarks]]


def run(samples: int = SAMPLES) -> dict[str, Any]:
    """Errors of the reading on faces and on hands."""
    return {"face": _errors(lit_face, samples), "hand": _errors(lit_hand, samples)}


def _errors(make: Maker, samples: int) -> dict[str, Any]:
    truths: list[Lamp] = []
    reads: list[Light] = []
    for index in range(samples):
        random = np.random.default_rng([SEED, index])
        lamp = random_lamp(random)
        image, landmarks = make(lamp, random)
        truths.append(lamp)
        reads.append(read_light(image, landmarks))
    azimuth = np.array([_azimuth_error_deg(r.key, t) for r, t in zip(reads, truths, strict=True)])
    usual = np.array([_azimuth_error_deg(NO_KEY.direction, t) for t in truths])
    angle = np.array([_angle_deg(r.key, t.direction) for r, t in zip(reads, truths, strict=True)])
    shown = np.array([_shown_deg(r, t) for r, t in zip(reads, truths, strict=True)])
    usual_shown = np.array(
        [_shown_deg(Light(np.zeros(3), 0.0, NO_KEY.direction), t) for t in truths]
    )
    colour = np.array([r.log_tint - t.log_colour for r, t in zip(reads, truths, strict=True)])
    strength = np.array(
        [r.log_exposure - t.log_strength for r, t in zip(reads, truths, strict=True)]
    )
    hardness = np.array([t.share * (1.0 - 0.5 * t.wrap) for t in truths])
    return {
        "azimuth_deg": _spread(azimuth),
        "azimuth_assumed_deg": _spread(usual),
        "angle_deg": _spread(angle),
        "shown_deg": _spread(shown),
        "shown_assumed_deg": _spread(usual_shown),
        "log_colour": round(float(np.abs(colour[:, ::2]).mean()), 3),
        "log_colour_assumed": round(
            float(np.mean([np.abs(t.log_colour[::2]).mean() for t in truths])), 3
        ),
        "log_strength": round(float(np.abs(strength).mean()), 3),
        "log_strength_assumed": round(float(np.mean([abs(t.log_strength) for t in truths])), 3),
        "hardness_correlation": round(
            float(np.corrcoef(hardness, [r.hardness for r in reads])[0, 1]), 3
        ),
        "read": measure(lambda: read_light(image, landmarks), runs=60).as_dict(),
    }


def _azimuth_error_deg(key: Array, lamp: Lamp) -> float:
    read, true = (math.atan2(v[0], -v[2]) for v in (key, lamp.direction))
    return abs((math.degrees(read - true) + 180.0) % 360.0 - 180.0)


def _shown_deg(light: Light, lamp: Lamp) -> float:
    """Between the studio's key, as it is turned and tilted for a drawing, and the lamp."""
    across = math.cos(KEY_ELEVATION)
    key = np.array(
        [across * math.sin(KEY_AZIMUTH), math.sin(KEY_ELEVATION), across * math.cos(KEY_AZIMUTH)]
    )
    return _angle_deg(light.lighting().environment_from_camera.T @ key, lamp.direction)


def _angle_deg(a: Array, b: Array) -> float:
    return math.degrees(math.acos(float(np.clip(a @ b, -1.0, 1.0))))


def _spread(errors: Array) -> dict[str, float]:
    return {
        "median": round(float(np.median(errors)), 1),
        "p90": round(float(np.percentile(errors, 90)), 1),
    }


def rows(body: str, errors: dict[str, Any]) -> list[dict[str, Any]]:
    """Lines of the report's table."""
    azimuth, read = errors["azimuth_deg"], errors["read"]["median_ms"]
    assumed = errors["azimuth_assumed_deg"]["median"]
    shown, shown_assumed = errors["shown_deg"], errors["shown_assumed_deg"]["median"]
    lines = [
        ("azimuth of the key", azimuth["median"], AZIMUTH_BUDGET_DEG,
         f"{azimuth['median']} (p90 {azimuth['p90']}, assumed {assumed})", "°"),
        ("studio's key from the lamp", shown["median"], SHOWN_BUDGET_DEG,
         f"{shown['median']} (p90 {shown['p90']}, assumed {shown_assumed})", "°"),
        ("colour, |ln|", errors["log_colour"], COLOUR_BUDGET,
         f"{errors['log_colour']} (assumed {errors['log_colour_assumed']})", ""),
        ("strength, |ln|", errors["log_strength"], STRENGTH_BUDGET,
         f"{errors['log_strength']} (assumed {errors['log_strength_assumed']})", ""),
        ("reading", read, READ_BUDGET_MS, f"{read:.2f}", " ms"),
    ]  # fmt: skip
    return [
        {
            "what": f"light off a {body}: {what}",
            "figure": f"{figure}{unit}",
            "budget": f"≤ {budget}{unit}",
            "met": value <= budget,
        }
        for what, value, budget, figure, unit in lines
    ]


def main() -> None:
    """Measure, print, write down."""
    results = run()
    lines = [line for body, errors in results.items() for line in rows(body, errors)]
    for line in lines:
        sys.stdout.write(f"{line['what']:40} {line['figure']:40} {line['budget']}\n")
    write_results("accuracy_light", {**results, "rows": lines})


if __name__ == "__main__":
    main()
