"""Conditions between options, as a product's file writes them.

A condition is one Python-like comparison or formula over option ids: numbers are numbers, choices
and texts are strings, a ring size is its inner diameter in millimetres; `min`, `max`, `abs`, `len`
and `sqrt` can be called, and nothing else.
"""

from __future__ import annotations

import ast
import math
import threading
from collections.abc import Mapping
from functools import lru_cache

from simpleeval import InvalidExpression, SimpleEval

from models3d.sizes import parse_ring_size
from viewer.options import Option

PARSING = threading.Lock()
FUNCTIONS = {"min": min, "max": max, "abs": abs, "len": len, "sqrt": math.sqrt}


@lru_cache(maxsize=1024)
def names_in(condition: str) -> frozenset[str]:
    """Every option id that a condition speaks of.

    Raises:
        ValueError: it is not a formula.
    """
    nodes = ast.walk(_parsed(condition))
    return frozenset({node.id for node in nodes if isinstance(node, ast.Name)} - set(FUNCTIONS))


def holds(condition: str, options: Mapping[str, Option], values: Mapping[str, str]) -> bool:
    """Whether a condition is true of these canonical values.

    Raises:
        ValueError: it cannot be worked out.
    """
    names = {name: _worth(options[name], values[name]) for name in names_in(condition)}
    try:
        evaluator = SimpleEval(names=names, functions=FUNCTIONS)
        return bool(evaluator.eval(condition, _parsed(condition)))
    except (InvalidExpression, TypeError, ZeroDivisionError) as error:
        raise ValueError(f'"{condition}" cannot be worked out: {error}') from error


@lru_cache(maxsize=1024)
def _parsed(condition: str) -> ast.expr:
    """A condition as a tree, which nobody changes.

    Raises:
        ValueError: it is not a formula.
    """
    try:
        # two trees made at once are told to be too deep: github.com/python/cpython/issues/106905
        with PARSING:
            return ast.parse(condition.strip(), mode="eval").body
    except SyntaxError as error:
        raise ValueError(f'"{condition}" is not a condition: {error.msg}') from error


def _worth(option: Option, value: str) -> float | str:
    if option.notation == "ring_size":
        return parse_ring_size(value).inner_diameter_mm
    return float(value) if option.kind == "number" else value
