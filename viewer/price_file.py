"""A merchant's prices: one TOML file, checked as it is read."""

from __future__ import annotations

import os
import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from viewer.errors import InvalidPriceFile

DEMONSTRATION = Path(__file__).parent / "prices" / "demonstration.toml"

Amount = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
Percent = Annotated[Decimal, Field(ge=0, le=1000, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MetalPrices(_Strict):
    """What metal costs; the fine part of a precious alloy by the troy ounce."""

    premium_percent: Percent
    casting_loss_percent: Percent
    per_troy_ounce: dict[str, Amount]
    per_gram: dict[str, Amount]


class DiamondBracket(_Strict):
    """Per carat, for stones from a weight on."""

    shape: str = Field(pattern="^(round|fancy)$")
    from_ct: Amount
    per_carat: Amount


class DiamondGrades(_Strict):
    """Factors on a diamond's price."""

    default_colour: str
    default_clarity: str
    colour: dict[str, Amount]
    clarity: dict[str, Amount]


class OtherGems(_Strict):
    """Stones that have no line of their own."""

    per_carat: tuple[Amount, Amount]


class Pearls(_Strict):
    """Each, growing with the cube of the diameter."""

    base: Amount  # of one of 7 mm


class SettingFee(_Strict):
    """For each stone, below and from the weight that counts as large."""

    small: Amount
    large: Amount


class SettingFees(_Strict):
    """By how a stone is held."""

    prong: SettingFee
    bezel: SettingFee
    channel: SettingFee
    pave: SettingFee
    flush: SettingFee
    drilled: SettingFee
    loose: SettingFee
    large_from_ct: Amount

    def of(self, setting: str, carat: Decimal) -> Decimal:
        """The fee for one stone."""
        fee: SettingFee = getattr(self, setting)
        return fee.large if carat >= self.large_from_ct else fee.small


class Making(_Strict):
    """The bench's work: once for a piece of each family, and by the gram."""

    ring: Amount
    necklace: Amount
    earring: Amount
    bracelet: Amount
    watch: Amount
    per_gram: Amount


class EngravingFees(_Strict):
    """For each text."""

    once: Amount
    per_character: Amount


class PriceFile(_Strict):
    """Everything a quote is worked out from."""

    name: str
    edition: str = Field(min_length=1)
    demonstration: bool = False  # not a market's figures: pages say so
    currency: str = Field(pattern="^[A-Z]{3}$")
    margin_percent: Percent
    tax_percent: Percent
    tax_name: str
    rates: dict[Annotated[str, Field(pattern="^[A-Z]{3}$")], Amount] = {}
    metal: MetalPrices
    diamond: tuple[DiamondBracket, ...]
    diamond_grades: DiamondGrades
    gems: dict[str, tuple[Amount, Amount]]
    gems_otherwise: OtherGems | None = None
    pearls: Pearls
    setting: SettingFees
    making: Making
    engraving: EngravingFees
    hallmark: Amount = Decimal(0)  # for each piece of precious metal
    extras: dict[str, Amount] = {}
    components: dict[str, Amount] = {}


def prices() -> PriceFile:
    """The merchant's prices: `$PARURE_PRICES`, or the demonstration's.

    Raises:
        InvalidPriceFile: the file cannot be read or lacks something; says what.
    """
    return read_prices(Path(os.environ.get("PARURE_PRICES") or DEMONSTRATION))


@cache
def read_prices(path: Path) -> PriceFile:
    """The prices of one file.

    Raises:
        InvalidPriceFile: the file cannot be read or lacks something; says what.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
        return PriceFile.model_validate(document)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidPriceFile(f"The price file {path.name} cannot be read: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidPriceFile(f"The price file {path.name}, {place}: {first['msg']}.") from error
