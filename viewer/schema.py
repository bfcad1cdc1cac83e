"""A product's options as JSON Schema (2020-12), for configurators and shops that ask first."""

from __future__ import annotations

from typing import Any

from viewer.options import Option, Product

DIALECT = "https://json-schema.org/draft/2020-12/schema"
RING_SIZE_PATTERN = r"^(EU|US|UK|JP) .+$"


def product_schema(product: Product) -> dict[str, Any]:
    """What the options of a configuration of this product may be.

    Rules between options stand under `x-rules`, conditions under `x-when`, in the words of
    `viewer.rules`: JSON Schema cannot compare two properties.
    """
    document: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": f"/api/v1/products/{product.id}/schema",
        "title": product.name,
        "type": "object",
        "properties": {option.id: _property(option) for option in product.options},
        "additionalProperties": False,
    }
    if product.rules:
        document["x-rules"] = [
            {"require": rule.require, "because": rule.because}
            | ({"when": rule.when} if rule.when else {})
            for rule in product.rules
        ]
    return document


def _property(option: Option) -> dict[str, Any]:
    described: dict[str, Any] = {"title": option.label}
    if option.kind == "number":
        if option.least is None or option.greatest is None or option.step is None:
            raise ValueError(f"{option.id} is not a number")
        described |= {
            "type": "number",
            "minimum": float(option.least),
            "maximum": float(option.greatest),
            "default": float(option.default),
            "x-step": float(option.step),
        }
    elif option.notation == "ring_size":
        described |= {
            "type": "string",
            "pattern": RING_SIZE_PATTERN,
            "default": option.default,
            "examples": [choice.id for choice in option.choices],
        }
    elif option.kind == "text":
        described |= {"type": "string", "maxLength": option.longest, "default": option.default}
    else:
        described |= {
            "default": option.default,
            "oneOf": [{"const": choice.id, "title": choice.label} for choice in option.choices],
        }
    if option.unit:
        described["x-unit"] = option.unit
    if option.when:
        described["x-when"] = option.when
    return described
