"""Locks of hair that are as light as skin."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models3d.frames import Array, Image
from tryon.covers.strands import fine_light, strands, unevenness

SKIN = np.array([205.0, 160.0, 135.0])
SIDE, CELLS = 384, 128
FACE_CELLS = np.random.default_rng(5).uniform((44, 8), (84, 52), (478, 2))


def _chest(light: Array) -> Image:
    """(SIDE, SIDE, 3) skin under light (SIDE, SIDE), with the noise of a camera."""
    noise = np.random.default_rng(2).normal(0.0, 2.0, (SIDE, SIDE, 1))
    return np.clip(SKIN * light[..., None] + noise, 0, 255).astype(np.uint8)


def _found(light: Array) -> Array:
    nothing = np.zeros((CELLS, CELLS), np.float32)
    uneven = unevenness(fine_light(_chest(light), CELLS, CELLS), CELLS, CELLS)
    return np.asarray(strands(uneven, nothing, nothing, FACE_CELLS), np.float64)


def _shaded() -> Array:
    return np.tile(np.linspace(1.0, 0.6, SIDE), (SIDE, 1))


def test_a_lock_is_found_where_it_hangs_and_not_on_the_skin_beside_it() -> None:
    light = _shaded()
    run = 1.0 - 0.45 * (np.sin(np.arange(90) * 0.9) > 0.2)
    light[180:, 60:150] *= run
    found = _found(light)
    lock = np.zeros_like(found, bool)
    lock[60:, 20:50] = True
    assert found[64:124, 24:46].mean() > 0.9
    grown = np.zeros_like(lock)
    grown[57:, 17:53] = True
    assert found[~grown].max() < 0.1


@settings(max_examples=25, deadline=None)
@given(
    step=st.floats(0.12, 1.0),
    turn=st.floats(0.0, 6.28),
    thick=st.floats(0.5, 1.0),
)
def test_neither_a_necklines_edge_nor_a_worn_chain_is_a_lock(
    step: float, turn: float, thick: float
) -> None:
    y, x = np.mgrid[:SIDE, :SIDE] - 0.6 * SIDE
    along = x * np.cos(turn) + y * np.sin(turn)
    neckline = _shaded() * np.where(along > 0.0, step, 1.0)
    assert _found(neckline).mean() < 0.002
    chain = _shaded() * np.where(np.abs(along) < thick, 0.7, 1.0)
    assert _found(chain).mean() < 0.005
