"""What the house shows: every product, read once from its file."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from viewer.errors import UnknownProduct
from viewer.options import Option, Product
from viewer.product_files import read_products

PRODUCTS: Mapping[str, Product] = read_products()


def product(product_id: str) -> Product:
    """The product of this id.

    Raises:
        UnknownProduct: no product has this id; names the nearest and all there are.
    """
    if product_id in PRODUCTS:
        return PRODUCTS[product_id]
    near = get_close_matches(product_id.strip().lower(), PRODUCTS, n=1)
    hint = f'Did you mean "{near[0]}"? ' if near else ""
    raise UnknownProduct(
        f'There is no product "{product_id}". {hint}Products: {", ".join(PRODUCTS)}.'
    )


def catalogue_json() -> list[dict[str, Any]]:
    """Every product as `parure products --json` and the HTTP interface give it."""
    return [
        {
            "id": item.id,
            "name": item.name,
            "family": item.family,
            "anchor": item.anchor.value,
            "options": [_option_json(option) for option in item.options],
        }
        for item in PRODUCTS.values()
    ]


def _option_json(option: Option) -> dict[str, Any]:
    document: dict[str, Any] = {"id": option.id, "label": option.label, "kind": option.kind}
    if option.kind == "number":
        document |= {
            "default": _plain(Decimal(option.default)),
            "min": _plain(option.least),
            "max": _plain(option.greatest),
            "step": _plain(option.step),
        }
    elif option.kind == "text":
        document |= {"default": option.default, "longest": option.longest}
    else:
        document |= {
            "default": option.default,
            "choices": [{"id": choice.id, "label": choice.label} for choice in option.choices],
        }
    if option.unit:
        document["unit"] = option.unit
    if option.notation:
        document["notation"] = option.notation
    if option.when:
        document["when"] = option.when
    return document


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
