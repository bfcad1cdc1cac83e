"""Necklaces laid round other necks than the one they were built on."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from models3d.chains.body import Neck
from models3d.chains.chain import LEAST_EASE
from models3d.frames import Array
from models3d.mesh import Model, Part
from models3d.necklaces.chain import ChainNecklace
from models3d.necklaces.pearls import PearlStrand
from models3d.necklaces.stone_pendants import SolitairePendant
from tryon.drape import MEAN_BASE, drape, stepped

GIRTHS = (0.33, 0.37, 0.41, 0.45)
THROUGH_SKIN = 1.5e-3  # metres: links that stand on edge bear on their lower wire


@cache
def chain(length: str = "princess") -> Model:
    return ChainNecklace(length=length).build()


@cache
def pendant() -> Model:
    return SolitairePendant().build()


@cache
def pearls() -> Model:
    return PearlStrand().build()


def row(model: Model) -> list[Part]:
    hanging = model.extras.get("hanging", ())
    return [part for part in model.parts if part.name not in hanging]


def ordered(parts: list[Part], like: list[Part]) -> tuple[Array, Array]:
    """Places of all links in both models, in the order of the second round its neck."""
    before = np.concatenate([part.model_from_part for part in like])
    after = np.concatenate([part.model_from_part for part in parts])
    turn = np.arctan2(before[:, 0, 3], before[:, 2, 3] - before[:, 1, 3] + 0.08)
    order = np.argsort(turn)
    return after[order], before[order]


@pytest.mark.parametrize("base", GIRTHS)
def test_links_move_as_rigid_pieces_and_stay_in_one_another(base: float) -> None:
    for model in (chain(), pearls(), pendant()):
        after, before = ordered(row(drape(model, base).model), row(model))
        grown = np.cbrt(np.linalg.det(after[0, :3, :3]) / np.linalg.det(before[0, :3, :3]))
        after[:, :3] /= grown
        linear, first = after[:, :3, :3], before[:, :3, :3]
        assert np.allclose(linear @ linear.transpose(0, 2, 1), first @ first.transpose(0, 2, 1))
        # each neighbour where it was, seen from its own link: within a part of a wire
        here, next_one = after[:-1], after[1:]
        there, its_next = before[:-1], before[1:]
        near = np.linalg.norm(its_next[:, :3, 3] - there[:, :3, 3], axis=1) < 0.012
        moved = np.linalg.norm(next_one[:, :3, 3] - here[:, :3, 3], axis=1)
        stood = np.linalg.norm(its_next[:, :3, 3] - there[:, :3, 3], axis=1)
        assert np.abs(moved - stood)[near].max() < 0.15e-3


@pytest.mark.parametrize("base", GIRTHS)
def test_nothing_goes_inside_the_body(base: float) -> None:
    for model in (chain(), pearls(), pendant()):
        points = np.concatenate([p.world_mesh().positions for p in drape(model, base).model.parts])
        assert float(Neck(base).depth(points).min()) > -THROUGH_SKIN


def test_the_mean_neck_wears_a_piece_as_it_was_built() -> None:
    for model in (chain(), pearls(), pendant()):
        fitted = drape(model, MEAN_BASE).model
        for part, built in zip(row(fitted), row(model), strict=True):
            assert np.abs(part.model_from_part - built.model_from_part).max() < 1e-6


def test_the_longer_the_necklace_and_the_slimmer_the_neck_the_lower_it_falls() -> None:
    drops = [drape(chain(name), 0.37).drop for name in ("choker", "princess", "matinee", "opera")]
    assert all(a + 0.015 < b for a, b in itertools.pairwise(drops))
    for model in (chain(), pearls(), pendant()):
        by_girth = [drape(model, base).drop for base in (0.33, 0.36, 0.39, 0.42)]
        assert all(a > b + 0.005 for a, b in itertools.pairwise(by_girth))


def test_a_necklace_hangs_the_same_on_both_sides() -> None:
    for model in (chain(), pearls()):
        line = drape(model, 0.40).line
        assert np.allclose(line[1:], line[:0:-1] * (-1.0, 1.0, 1.0), atol=1e-6)


def test_a_necklace_too_short_for_a_neck_is_worn_in_the_next_size() -> None:
    model = chain("choker")
    size = np.linalg.det(drape(model, 0.45).model.parts[0].model_from_part[0, :3, :3])
    assert 1.05 < size ** (1.0 / 3.0) < 0.45 / (0.406 - LEAST_EASE) + 0.02
    round_neck = drape(model, 0.45).line
    assert np.abs(round_neck[:, 0]).max() > np.abs(drape(model, 0.39).line[:, 0]).max()


def test_what_hangs_hangs_on_the_line_and_clear_of_the_chest() -> None:
    model = pendant()
    hanging = set(model.extras["hanging"])
    for base in GIRTHS:
        worn = drape(model, base)
        moved = [part for part in worn.model.parts if part.name in hanging]
        top = np.concatenate([part.world_mesh().positions for part in moved if part.name == "bail"])
        front = worn.line[0]
        assert np.linalg.norm(top - front, axis=1).min() < 3e-3
        assert (
            np.concatenate([p.world_mesh().positions for p in moved])[:, 1].max() < front[1] + 6e-3
        )


def test_one_girth_has_one_model() -> None:
    assert drape(chain(), stepped(0.3712)).model is drape(chain(), stepped(0.3691)).model


def test_a_foreign_model_is_worn_as_it_is() -> None:
    foreign = replace(chain(), bill=None)
    assert drape(foreign, 0.42).model is foreign
