"""From canonical option values to the class in `models3d` that builds the piece.

The class is a frozen dataclass with `build() -> Model`. Each of its fields has an option's id, or
that id and `_mm` where the option is in millimetres; its annotation says what the text becomes.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Protocol, get_type_hints

from models3d.mesh import Model
from models3d.sizes import RingSize, parse_ring_size
from viewer.options import Option, Product


class Piece(Protocol):
    """Parameters that have been checked against each other."""

    def build(self) -> Model:
        """The model, in its anchor's frame, with its bill."""


def piece(product: Product, values: Mapping[str, str]) -> Piece:
    """The piece of these canonical values.

    Raises:
        ModelError: they cannot be made, or not together.
    """
    made, hints = piece_class(product.piece)
    fields = {
        field_of(product, option): _typed(hints[field_of(product, option)], values[option.id])
        for option in product.options
    }
    built: Piece = made(**fields)
    return built


def field_of(product: Product, option: Option) -> str:
    """The name of the field that takes this option."""
    _, hints = piece_class(product.piece)
    in_mm = f"{option.id}_mm"
    return in_mm if in_mm in hints else option.id


@cache
def piece_class(path: str) -> tuple[Any, dict[str, Any]]:
    """The class of `module:class` and its fields' types."""
    module, _, name = path.partition(":")
    found = getattr(importlib.import_module(module), name)
    return found, get_type_hints(found)


def _typed(kind: Any, text: str) -> Any:
    if kind is RingSize:
        return parse_ring_size(text)
    if kind is bool:
        return text == "yes"
    if kind in (int, float) or (isinstance(kind, type) and issubclass(kind, StrEnum)):
        return kind(text)
    return text
