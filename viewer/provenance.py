"""What a piece is made of and where that comes from, as far as the house can say."""

from __future__ import annotations

from models3d.bill import Bill
from models3d.metals import metal
from viewer.catalogue import product
from viewer.configuration import Configuration
from viewer.facts import Fact
from viewer.language import gettext as _
from viewer.language import ngettext
from viewer.quantities import number
from viewer.words import gem_words, metal_words

GROWN = "_lab"  # a stone's id ends so where it was grown
MADE = ("moissanite",)  # stones that jewellers never set as they are found


def materials(bill: Bill) -> tuple[Fact, ...]:
    """Every metal and stone with its origin; what nobody has told is on request, never guessed."""
    lines = []
    for metal_id in dict.fromkeys(lot.metal for lot in bill.metals):
        fineness = metal(metal_id).fineness_ppt
        told = (
            _("hallmarked {fineness} parts in 1000", fineness=number(fineness))
            if fineness
            else _("no precious metal")
        )
        lines.append(Fact(metal_words(metal_id), told))
    for lot in {lot.gem: lot for lot in bill.stones}.values():
        if lot.gem.endswith(GROWN) or lot.gem in MADE:
            told = _("grown in a laboratory")
        elif lot.report:
            told = _("origin as its report states, or on request")
        else:
            told = _("origin on request")
        lines.append(Fact(gem_words(lot.gem), told))
    return tuple(lines)


def delivery(configuration: Configuration) -> str:
    """When a piece is ready, in words."""
    weeks = product(configuration.product).delivery_weeks
    if weeks is None:
        return _("Made to order; the time on request")
    least, most = weeks
    return ngettext(
        "Made to order in {count} week",
        "Made to order in {least} to {count} weeks",
        most,
        least=number(least),
    )
