"""A grading report as options of a solitaire: the stone that it describes, in its ring."""

from __future__ import annotations

from decimal import Decimal

from models3d.stones.certificate import Certificate, stone_from_certificate
from viewer.catalogue import product
from viewer.configuration import RawValue
from viewer.options import decimal_text

PRODUCT = "solitaire"


def options_of(certificate: Certificate, gem_id: str = "diamond") -> dict[str, RawValue]:
    """The options that set the stone of this report; angles go with a round brilliant.

    Each number is the nearest that the product offers.

    Raises:
        ModelError: the report contradicts itself, or its weight is not that of its measures.
    """
    stone_from_certificate(certificate, gem_id)
    chosen: dict[str, RawValue] = {
        "cut": certificate.shape,
        "gem": gem_id,
        "carat": _nearest("carat", certificate.carat),
        "colour": certificate.colour,
        "clarity": certificate.clarity,
        "report": f"{certificate.laboratory} {certificate.report_number}".strip(),
    }
    if certificate.is_round:
        cut = certificate.proportions()
        chosen["proportions"] = "report"
        for option in (
            "table_pct",
            "crown_angle_deg",
            "pavilion_angle_deg",
            "girdle_pct",
            "star_length_pct",
            "lower_half_pct",
        ):
            chosen[option] = _nearest(option, getattr(cut, option))
    return chosen


def _nearest(option_id: str, value: float) -> str:
    option = product(PRODUCT).option(option_id)
    if option is None:
        raise ValueError(f"{PRODUCT} has no option {option_id}")
    return decimal_text(option.on_grid(Decimal(repr(value))))
