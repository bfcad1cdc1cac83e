"""The photographer's studio as light from every direction: softboxes, dark cards, small sources.

Directions: x right, y up, z from the jewel towards the viewer. Radiance is relative: white paper
under the light of the tent is about 1. Polished metal is drawn by the dark cards it reflects; a
stone lives on small bright sources and on the dark of the observer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
WARM, NEUTRAL, COOL = (1.0, 0.955, 0.885), (1.0, 0.99, 0.975), (0.925, 0.965, 1.03)


@dataclass(frozen=True, slots=True)
class Panel:
    """A rectangle one metre away that glows, or a dark card when its radiance is small."""

    azimuth_deg: float  # from the viewer (+z) towards +x
    elevation_deg: float
    half_width: float  # metres at one metre
    half_height: float
    radiance: float
    color: tuple[float, float, float] = NEUTRAL
    edge: float = 0.03  # metres over which it fades
    falloff: float = 0.0  # share of light lost at the corners


@dataclass(frozen=True, slots=True)
class Studio:
    """The tent's walls, what stands in it, and the observer's dark cone."""

    name: str
    zenith: float  # radiance of the tent overhead
    horizon: float
    floor: float  # just below the horizon
    nadir: float
    panels: tuple[Panel, ...]
    observer_deg: float  # half angle
    observer_radiance: float
    observer_elevation_deg: float = 14.0


TENT = Studio(
    "tent",
    zenith=0.62,
    horizon=0.40,
    floor=0.62,
    nadir=0.42,
    panels=(
        Panel(178, 20, 0.75, 0.42, 1.7, NEUTRAL, 0.10, 0.35),  # back wall, glowing
        Panel(-52, 38, 0.50, 0.44, 4.6, WARM, 0.025, 0.30),  # key
        Panel(58, 26, 0.42, 0.62, 2.3, COOL, 0.04, 0.35),  # fill
        Panel(4, 84, 0.62, 0.26, 3.4, NEUTRAL, 0.03, 0.25),  # overhead
        Panel(-142, 22, 0.13, 0.70, 3.8, WARM, 0.02, 0.2),  # rims, from behind
        Panel(138, 24, 0.11, 0.75, 3.4, COOL, 0.02, 0.2),
        Panel(-98, 18, 0.20, 1.10, 0.025, NEUTRAL, 0.03),  # dark cards
        Panel(102, 16, 0.24, 1.20, 0.02, NEUTRAL, 0.03),
        Panel(-14, 44, 0.085, 0.50, 0.03, NEUTRAL, 0.02),
        Panel(20, 48, 0.07, 0.45, 0.04, NEUTRAL, 0.02),
        Panel(165, 60, 0.70, 0.10, 0.05, NEUTRAL, 0.03),
    ),
    observer_deg=17.0,
    observer_radiance=0.05,
)


def _spots(count: int, seed: int) -> tuple[Panel, ...]:
    """Small sources over the upper hemisphere, evenly but not regularly placed."""
    random = np.random.default_rng(seed)
    k = np.arange(count) + 0.5
    elevation = np.degrees(np.arcsin(0.22 + 0.74 * k / count)) + random.uniform(-4, 4, count)
    azimuth = np.degrees(k * 2.399963) + random.uniform(-9, 9, count)
    half = random.uniform(0.022, 0.045, count)
    radiance = random.uniform(16.0, 34.0, count)
    colors = (WARM, NEUTRAL, COOL)
    return tuple(
        Panel(float(a), float(e), float(h), float(h), float(r), colors[i % 3], 0.012)
        for i, (a, e, h, r) in enumerate(zip(azimuth, elevation, half, radiance, strict=True))
    )


GEM_STUDIO = Studio(
    "gem",
    zenith=0.55,
    horizon=0.30,
    floor=0.30,
    nadir=0.16,
    panels=(
        Panel(178, 24, 0.60, 0.34, 2.4, NEUTRAL, 0.06, 0.3),
        Panel(-52, 40, 0.42, 0.34, 5.2, WARM, 0.025, 0.2),
        Panel(60, 30, 0.32, 0.46, 3.6, COOL, 0.03, 0.25),
        Panel(4, 80, 0.42, 0.20, 4.4, NEUTRAL, 0.03, 0.2),
        Panel(-140, 24, 0.12, 0.60, 4.2, WARM, 0.02),
        Panel(136, 26, 0.12, 0.60, 4.0, COOL, 0.02),
        Panel(-98, 22, 0.24, 1.0, 0.03, NEUTRAL, 0.03),
        Panel(100, 20, 0.26, 1.0, 0.03, NEUTRAL, 0.03),
        Panel(-12, 50, 0.12, 0.34, 0.03, NEUTRAL, 0.02),
        Panel(26, 56, 0.10, 0.30, 0.03, NEUTRAL, 0.02),
        Panel(172, 58, 0.60, 0.12, 0.05, NEUTRAL, 0.03),
        *_spots(30, 11),
    ),
    observer_deg=16.0,
    observer_radiance=0.06,
)


def _step(edge: float, distance: FloatArray) -> FloatArray:
    """0 outside, 1 inside, smooth over `edge`."""
    t = np.clip(distance / edge + 0.5, 0.0, 1.0)
    smooth: FloatArray = (t * t * (3.0 - 2.0 * t)).astype(np.float32)
    return smooth


def _direction(azimuth_deg: float, elevation_deg: float) -> FloatArray:
    a, e = np.radians(azimuth_deg), np.radians(elevation_deg)
    return np.array([np.cos(e) * np.sin(a), np.sin(e), np.cos(e) * np.cos(a)], np.float32)


def radiance(studio: Studio, directions: FloatArray) -> FloatArray:
    """Light that arrives from unit directions (..., 3): linear sRGB, relative."""
    d = np.asarray(directions, np.float32)
    height = d[..., 1]
    sky = studio.horizon + (studio.zenith - studio.horizon) * np.clip(height, 0, 1) ** 0.6
    ground = studio.floor + (studio.nadir - studio.floor) * np.clip(-height, 0, 1) ** 0.7
    above = _step(0.05, height)
    cool, warm = np.array(COOL, np.float32), np.array((1.0, 0.965, 0.92), np.float32)
    light = (sky * above)[..., None] * cool + (ground * (1 - above))[..., None] * warm
    for panel in studio.panels:
        forward = _direction(panel.azimuth_deg, panel.elevation_deg)
        across = _direction(panel.azimuth_deg + 90.0, 0.0)
        upward = np.cross(forward, across).astype(np.float32)
        depth = d @ forward
        safe = np.maximum(depth, 1e-3)
        u = np.abs(d @ across) / safe
        v = np.abs(d @ upward) / safe
        mask = _step(panel.edge, panel.half_width - u) * _step(panel.edge, panel.half_height - v)
        mask = np.where(depth > 0.05, mask, 0.0)
        glow = 1.0 - panel.falloff * np.clip(
            (u / panel.half_width) ** 2 + (v / panel.half_height) ** 2, 0, 2
        ) / 2.0  # fmt: skip
        painted = (panel.radiance * glow)[..., None] * np.array(panel.color, np.float32)
        light = light + mask[..., None] * (painted - light)
    angle = np.degrees(np.arccos(np.clip(d @ _direction(0, studio.observer_elevation_deg), -1, 1)))
    dark = _step(5.0, studio.observer_deg - angle)[..., None]
    result: FloatArray = (light + dark * (studio.observer_radiance - light)).astype(np.float32)
    return result
