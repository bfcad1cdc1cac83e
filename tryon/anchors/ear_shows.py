"""Whether an ear shows, or hair lies over it: told from a patch about its lobe.

A lobe ends in a round rim, and what is below it has another colour; an ear has folds, hair runs
down; an ear has the colour and the light of the cheek beside it, and blond hair only nearly so.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models3d.frames import Array
from tryon.anchors.evidence import smoothstep
from tryon.covers.tones import CHROMA_SPREAD, Pixels

EAR_ASIDE, EAR_UP = (-0.005, 0.022), (0.02, 0.10)  # the ear above its lobe, face heights from it
DISC = 0.020  # face heights about the piercing: the lobe
BELOW = 0.060  # face heights from the piercing to the middle of what is below its lobe
# Weights of the signs and what is added: fitted by logistic regression to 65 lobes and 36 covered
# ears of photos; leaving out each in turn 96 of 101 are told rightly.
RIM, CLEAREST_RIM = 1.01, 0.8
HAIRS_COLOUR = -2.78
RUNS_DOWN = -6.58
FOLDS, LEAST_FOLDS = 1.46, 0.01
OTHER_BELOW, MOST_OTHER = 0.32, 8.0  # spreads of a skin's chroma
OTHER_HUE, MOST_HUE = -0.62, 4.0  # such spreads, across the cheek's hue
OTHER_LIGHT, MOST_LIGHT = -4.86, 0.5  # natural logarithm
USUAL = 6.50
COVERED, SHOWS = -0.5, 0.5  # sums between which an ear shows more and more


@dataclass(frozen=True, slots=True, eq=False)
class LobePatch:
    """What is seen about a lobe that was found; all (side, side)."""

    seen: Pixels  # (side, side, 3) features: log(L* + 16) and chroma
    soft: Pixels  # the first of them, a little blurred
    like_hair: Pixels  # 0..1
    aside: Pixels  # face heights outwards from the lobe
    up: Pixels


def ear_shows(patch: LobePatch, rim: float, cheek: Array | None) -> float:
    """That an ear is seen there, and no hair, 0..1.

    Args:
        rim: how clear the lobe's rim is.
        cheek: (3,) features of the cheek beside the ear; None: it lies outside the picture.
    """
    aside, up = patch.aside, patch.up
    ear = (aside > EAR_ASIDE[0]) & (aside < EAR_ASIDE[1]) & (up > EAR_UP[0]) & (up < EAR_UP[1])
    beside = aside**2
    disc = beside + up**2 < DISC**2
    below = beside + (up + BELOW) ** 2 < DISC**2
    if not (ear.any() and disc.any() and below.any()):
        return 0.0
    light = np.ascontiguousarray(patch.seen[..., 0])
    down = np.abs(cv2.Sobel(light, cv2.CV_32F, 1, 0)[ear]).mean()
    across = np.abs(cv2.Sobel(light, cv2.CV_32F, 0, 1)[ear]).mean()
    lobe = patch.seen[disc].mean(axis=0)
    other = float(np.hypot(*(lobe - patch.seen[below].mean(axis=0))[1:])) / CHROMA_SPREAD
    total = (
        USUAL
        + RIM * min(rim, CLEAREST_RIM)
        + HAIRS_COLOUR * float(patch.like_hair[ear].mean())
        + RUNS_DOWN * float(down - across)
        + FOLDS * float(np.log(patch.soft[ear].std() + LEAST_FOLDS))
        + OTHER_BELOW * min(other, MOST_OTHER)
    )
    if cheek is not None:
        hue = cheek[1:] / max(float(np.hypot(*cheek[1:])), 1e-3)
        turned = abs(float(lobe[1] * hue[1] - lobe[2] * hue[0])) / CHROMA_SPREAD
        total += OTHER_HUE * min(turned, MOST_HUE)
        total += OTHER_LIGHT * min(abs(float(lobe[0] - cheek[0])), MOST_LIGHT)
    return smoothstep(COVERED, SHOWS, total)
