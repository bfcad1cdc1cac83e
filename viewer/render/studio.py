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
    zenith=0.95,
    horizon=0.62,
    floor=1.05,
    nadir=0.70,
    panels=(
        Panel(-30, -34, 0.85, 0.42, 0.42, NEUTRAL, 0.80),  # the sweep falls off towards the camera
        Panel(60, -24, 0.50, 0.40, 1.45, NEUTRAL, 0.60),
        Panel(178, 22, 0.80, 0.46, 1.9, NEUTRAL, 0.30, 0.35),  # back wall, glowing
        Panel(-52, 40, 0.52, 0.46, 4.6, WARM, 0.06, 0.45),  # key
        Panel(58, 28, 0.40, 0.62, 2.6, COOL, 0.10, 0.45),  # fill
        Panel(4, 84, 0.62, 0.26, 3.2, NEUTRAL, 0.06, 0.35),  # overhead
        Panel(-142, 22, 0.13, 0.70, 3.4, WARM, 0.04, 0.3),  # rims, from behind
        Panel(138, 24, 0.11, 0.75, 3.2, COOL, 0.04, 0.3),
        Panel(-98, 10, 0.17, 1.10, 0.03, NEUTRAL, 0.10),  # dark cards
        Panel(100, 8, 0.20, 1.20, 0.03, NEUTRAL, 0.12),
        Panel(-14, 46, 0.075, 0.42, 0.05, NEUTRAL, 0.06),
        Panel(22, 48, 0.06, 0.40, 0.06, NEUTRAL, 0.05),
        Panel(165, 62, 0.70, 0.09, 0.06, NEUTRAL, 0.08),
    ),
    observer_deg=15.0,
    observer_radiance=0.10,
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
    zenith=0.40,
    horizon=0.24,
    floor=0.42,
    nadir=0.20,
    panels=(
        Panel(178, 24, 0.60, 0.34, 1.9, NEUTRAL, 0.06, 0.3),
        Panel(-52, 40, 0.40, 0.32, 4.6, WARM, 0.025, 0.2),
        Panel(60, 30, 0.30, 0.44, 3.0, COOL, 0.03, 0.25),
        Panel(4, 80, 0.38, 0.18, 3.8, NEUTRAL, 0.03, 0.2),
        Panel(-140, 24, 0.12, 0.60, 3.4, WARM, 0.02),
        Panel(136, 26, 0.12, 0.60, 3.2, COOL, 0.02),
        Panel(-98, 22, 0.26, 1.0, 0.02, NEUTRAL, 0.03),
        Panel(100, 20, 0.28, 1.0, 0.02, NEUTRAL, 0.03),
        Panel(-12, 54, 0.14, 0.28, 0.02, NEUTRAL, 0.02),
        Panel(30, 58, 0.12, 0.28, 0.02, NEUTRAL, 0.02),
        Panel(172, 58, 0.60, 0.12, 0.03, NEUTRAL, 0.03),
        # round the observer: what a stone seen face on returns
        Panel(-30, 10, 0.11, 0.22, 2.6, WARM, 0.02),
        Panel(31, 4, 0.12, 0.20, 2.4, COOL, 0.02),
        Panel(2, 42, 0.30, 0.09, 3.0, NEUTRAL, 0.02),
        Panel(-26, -30, 0.22, 0.14, 1.9, NEUTRAL, 0.03),
        Panel(24, -34, 0.22, 0.16, 1.7, NEUTRAL, 0.03),
        Panel(0, -22, 0.07, 0.10, 0.03, NEUTRAL, 0.02),
        *_spots(26, 11),
        Panel(-17, 27, 0.030, 0.030, 26.0, WARM, 0.012),
        Panel(22, 24, 0.034, 0.034, 24.0, NEUTRAL, 0.012),
        Panel(-22, -12, 0.028, 0.028, 24.0, COOL, 0.012),
        Panel(14, -15, 0.028, 0.028, 22.0, NEUTRAL, 0.012),
        Panel(40, -14, 0.034, 0.034, 22.0, WARM, 0.012),
        Panel(-44, -6, 0.034, 0.034, 24.0, NEUTRAL, 0.012),
    ),
    observer_deg=12.0,
    observer_radiance=0.05,
    observer_elevation_deg=4.0,
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
