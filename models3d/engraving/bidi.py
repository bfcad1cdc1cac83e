"""Which way each character of a line runs: the Unicode bidirectional algorithm (UAX #9).

Rules P2 to L2 without explicit embeddings: the invisible characters that ask for those cannot be
engraved and are refused before.
"""

from __future__ import annotations

import unicodedata

STRONG = {"L": "L", "R": "R", "AL": "R"}
NUMBERS = ("EN", "AN")


def levels(text: str) -> list[int]:
    """The embedding level of each character: even runs left to right, odd right to left."""
    kinds = [unicodedata.bidirectional(character) or "L" for character in text]
    base = 1 if next((STRONG[kind] for kind in kinds if kind in STRONG), "L") == "R" else 0
    outside = "R" if base else "L"
    kinds = _weak(kinds, outside)
    kinds = _neutral(kinds, outside)
    found = [_level(kind, base) for kind in kinds]
    for at in range(len(text) - 1, -1, -1):  # L1: trailing spaces go with the line
        if not text[at].isspace():
            break
        found[at] = base
    return found


def visual_order(run_levels: list[int]) -> list[int]:
    """Indices of runs from left to right (rule L2)."""
    order = list(range(len(run_levels)))
    for level in range(max(run_levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and run_levels[order[end]] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = max(end, start + 1)
    return order


def _weak(kinds: list[str], outside: str) -> list[str]:
    """Rules W1 to W7: marks, numbers and what stands between numbers."""
    found = list(kinds)
    before, strong = outside, outside
    for at, kind in enumerate(found):
        if kind == "NSM":
            found[at] = before
        elif kind == "EN" and strong == "AL":
            found[at] = "AN"
        if found[at] in STRONG:
            strong = found[at]
        before = found[at]
    found = ["R" if kind == "AL" else kind for kind in found]
    for at in range(1, len(found) - 1):
        left, right = found[at - 1], found[at + 1]
        if left == right and (
            (found[at] == "CS" and left in NUMBERS) or (found[at] == "ES" and left == "EN")
        ):
            found[at] = left
    for at, kind in enumerate(found):
        if kind == "ET" and _beside_a_number(found, at):
            found[at] = "EN"
    found = ["ON" if kind in ("ES", "ET", "CS") else kind for kind in found]
    strong = outside
    for at, kind in enumerate(found):
        if kind in STRONG:
            strong = kind
        elif kind == "EN" and strong == "L":
            found[at] = "L"
    return found


def _beside_a_number(kinds: list[str], at: int) -> bool:
    """Whether only terminators such as % and € lie between here and a European number."""
    for step in (-1, 1):
        there = at + step
        while 0 <= there < len(kinds) and kinds[there] == "ET":
            there += step
        if 0 <= there < len(kinds) and kinds[there] == "EN":
            return True
    return False


def _neutral(kinds: list[str], outside: str) -> list[str]:
    """Rules N1 and N2: spaces and signs go with what surrounds them, else with the line."""
    found = list(kinds)
    start = 0
    while start < len(found):
        end = start
        while end < len(found) and found[end] not in (*STRONG, *NUMBERS):
            end += 1
        if end > start:
            left = found[start - 1] if start else outside
            right = found[end] if end < len(found) else outside
            sides = {"R" if kind in NUMBERS else kind for kind in (left, right)}
            found[start:end] = [sides.pop() if len(sides) == 1 else outside] * (end - start)
        start = end + 1
    return found


def _level(kind: str, base: int) -> int:
    """Rules I1 and I2."""
    if kind in NUMBERS:
        return 2
    if kind == "R":
        return 1
    return 2 if base else 0
