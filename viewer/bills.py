"""The bill of a configured piece, and its way into the store and back."""

from __future__ import annotations

from pydantic import TypeAdapter

from models3d.bill import Bill
from viewer.configuration import Configuration, build_model

_ADAPTER = TypeAdapter(Bill)


def bill_of(configuration: Configuration) -> Bill:
    """What a configured piece is made of; builds its model."""
    bill = build_model(configuration).bill
    if bill is None:
        raise ValueError(f"{configuration.product} has no bill")
    return bill


def bill_bytes(bill: Bill) -> bytes:
    """A bill as JSON; `read_bill` gives an equal one back."""
    return _ADAPTER.dump_json(bill)


def read_bill(data: bytes) -> Bill:
    """The bill that `bill_bytes` wrote."""
    return _ADAPTER.validate_json(data)
