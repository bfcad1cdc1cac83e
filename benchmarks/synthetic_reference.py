"""The faces of bank cards and coins, drawn flat."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array
from tryon.sizing.references import Reference, Shape

Picture = NDArray[np.float32]

CORNER_MM = 3.18  # ISO/IEC 7810, of a card
CARDS = (
    (30, 60, 130), (200, 60, 50), (230, 230, 235), (25, 25, 28), (40, 130, 110), (210, 175, 90),
)  # fmt: skip


def card_face(
    random: np.random.Generator, card: Reference, per_mm: float
) -> tuple[Picture, Picture]:
    """A card's print (h, w, 3) and its shape (h, w) 0..1."""
    width, height = (round(each * per_mm) for each in (card.width_mm + 2.0, card.height_mm + 2.0))
    base = np.array(CARDS[int(random.integers(len(CARDS)))], np.float32)
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    face = base * (1.0 + random.normal(0.0, 0.1) * x + random.normal(0.0, 0.1) * y)[..., None]
    face = np.clip(np.rint(face), 0, 255).astype(np.uint8)
    other = tuple(float(c) for c in random.uniform(20, 240, 3))
    kind = random.integers(4)
    if kind == 0:
        center = (int(random.uniform(0.2, 0.8) * width), int(random.uniform(0.2, 0.8) * height))
        cv2.circle(face, center, round(0.35 * height), other, -1, cv2.LINE_AA)
    elif kind == 1:
        corner = (int(random.uniform(0.4, 0.8) * width), 0)
        cv2.rectangle(face, corner, (width, height), other, -1)
    elif kind == 2:
        cv2.rectangle(face, (0, round(0.12 * height)), (width, round(0.34 * height)), (20,) * 3, -1)
    mm = per_mm
    chip = np.rint(np.array([[11, 20], [24, 30]]) * mm).astype(int)
    cv2.rectangle(face, tuple(chip[0].tolist()), tuple(chip[1].tolist()), (205, 175, 110), -1)
    ink = 235.0 if base.mean() < 130 else 30.0
    for k, row in enumerate((35.0, 43.0, 48.0)):
        text = ("5412 7512 3412 3456", "VALID 12/29", "A N OTHER")[k]
        spot = (round(8 * mm), round(row * mm))
        cv2.putText(face, text, spot, 2, 0.12 * mm, (ink,) * 3, max(round(0.25 * mm), 1), 16)
    shape = soft_shape(face.shape[:2], outline_of(card, (np.zeros(2), 0.0), 0.0), per_mm)
    return face.astype(np.float32), shape


def coin_face(
    random: np.random.Generator, coin: Reference, per_mm: float
) -> tuple[Picture, Picture]:
    """A coin's relief (h, w, 3) and its shape (h, w) 0..1."""
    side = round((coin.width_mm + 2.0) * per_mm)
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j] * (coin.width_mm + 2.0) / coin.width_mm
    radius = np.hypot(x, y)
    gold, silver = np.array([196.0, 160.0, 90.0]), np.array([185.0, 182.0, 176.0])
    ring, heart = (gold, silver) if coin.id.endswith("EUR1") else (silver, silver)
    face = np.where((radius < 0.72)[..., None], heart, ring)
    relief = noise(random, (side, side), (max(round(0.9 * per_mm), 1),) * 2)
    lean = random.normal(0.0, 0.25, 2)
    light = 0.9 + lean[0] * x + lean[1] * y + 0.13 * relief * (radius < 0.88)
    light -= 0.25 * np.exp(-0.5 * ((radius - 0.9) / 0.015) ** 2)
    light += 0.12 * (radius > 0.93)
    outline = outline_of(coin, (np.zeros(2), 0.0), 0.0)
    shape = soft_shape((side, side), outline, per_mm)
    return np.asarray(np.clip(face * light[..., None], 0, 255), np.float32), shape


def soft_shape(shape: tuple[int, int], outline: Array, per_mm: float) -> Picture:
    middle = np.array([shape[1], shape[0]]) / 2.0
    polygon = 1e3 * per_mm * outline[:, :2] + middle - 0.5
    alpha = np.zeros(shape, np.uint8)
    cv2.fillPoly(alpha, [np.rint(polygon * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return alpha.astype(np.float32) / 255.0


def outline_of(reference: Reference, at: tuple[Array, float], height: float) -> Array:
    """(n, 3) metres on the table; a card's with round corners."""
    if reference.shape is Shape.COIN:
        angle = np.linspace(0.0, 2.0 * np.pi, 180, endpoint=False)
        flat = 0.5 * reference.width_mm * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    else:
        halves = 0.5 * np.array([reference.width_mm, reference.height_mm])
        quarter = np.linspace(0.0, 0.5 * np.pi, 12)
        arcs = []
        for k, sign in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1))):
            angle = quarter + 0.5 * np.pi * k
            round_ = CORNER_MM * np.stack([np.cos(angle), np.sin(angle)], axis=1)
            arcs.append((halves - CORNER_MM) * sign + round_)
        flat = np.concatenate(arcs)
    middle, turn = at
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    lying = 1e-3 * flat @ rotation.T + middle
    return np.column_stack([lying, np.full(len(lying), height)])


def noise(random: np.random.Generator, shape: tuple[int, int], periods: tuple[int, int]) -> Picture:
    """Soft noise of unit spread, texels from bump to bump across and along."""
    rows, columns = shape[0] // periods[1] + 2, shape[1] // periods[0] + 2
    rough = random.normal(0.0, 1.0, (rows, columns)).astype(np.float32)
    return np.asarray(cv2.resize(rough, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)
