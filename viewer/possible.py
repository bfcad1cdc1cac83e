"""Which choices go with a configuration, and why the others do not: told before they are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from viewer.catalogue import product
from viewer.compatibility import Conflict, conflict, why_not
from viewer.configuration import Configuration, settled
from viewer.language import spoken
from viewer.options import Option, Product, decimal_text

KEPT = 1024  # answers; one takes some kilobytes at most


@dataclass(frozen=True, slots=True)
class Span:
    """What a number may be now."""

    least: str
    greatest: str
    below: str | None = None  # why nothing less; None: there is nothing less
    above: str | None = None


@dataclass(frozen=True, slots=True)
class Possible:
    """What one option can be beside the others."""

    refused: Mapping[str, str]  # choice to the reason against it; what is missing goes
    span: Span | None  # numbers only


def possible(configuration: Configuration, option: Option) -> Possible:
    """What an option can be next; nothing is built for it, and it is worked out once."""
    return _possible(configuration, option, spoken().language)


def conflict_with(configuration: Configuration, option: Option, value: str) -> Conflict | None:
    """What stands against a value of one option, and which others could give way to it."""
    return _conflict(configuration, option, value, spoken().language)


@lru_cache(maxsize=KEPT)
def _possible(configuration: Configuration, option: Option, language: str) -> Possible:
    item, values = product(configuration.product), configuration.options
    if option.kind == "number":
        return Possible(MappingProxyType({}), _span(item, values, option))
    refused = {value: why for value, why in _reasons(item, values, option) if why is not None}
    return Possible(MappingProxyType(refused), None)


@lru_cache(maxsize=KEPT)
def _conflict(
    configuration: Configuration, option: Option, value: str, language: str
) -> Conflict | None:
    item = product(configuration.product)
    values = settled(item, {**configuration.options, option.id: value})
    return conflict(item, values, but=option.id)


def _reasons(
    item: Product, values: Mapping[str, str], option: Option
) -> list[tuple[str, str | None]]:
    """Every other choice with what is against it; where both ends of the sizes go, all do."""
    ids = [choice.id for choice in option.choices if choice.id != values[option.id]]
    if option.notation is not None:
        ends = [(value, _why_not(item, values, option, value)) for value in (ids[0], ids[-1])]
        if not any(why for _, why in ends):
            return ends
    return [(value, _why_not(item, values, option, value)) for value in ids]


def _span(item: Product, values: Mapping[str, str], option: Option) -> Span:
    """Where a number's range ends now, sought by halving between the chosen value and each end."""
    if option.least is None or option.greatest is None or option.step is None:
        raise ValueError(f"{option.id} is not a number")
    here = Decimal(values[option.id])

    def reason(value: Decimal) -> str | None:
        return _why_not(item, values, option, decimal_text(value))

    least, below = _farthest(here, option.least, option.step, reason)
    greatest, above = _farthest(here, option.greatest, option.step, reason)
    return Span(decimal_text(least), decimal_text(greatest), below, above)


def _farthest(
    here: Decimal, end: Decimal, step: Decimal, reason: Callable[[Decimal], str | None]
) -> tuple[Decimal, str | None]:
    """The value nearest to `end` that goes, if all that go lie together, and why none beyond."""
    why = None if here == end else reason(end)
    if why is None:
        return end, None
    way = step if end > here else -step
    good, bad = 0, int((end - here) / way)
    while bad - good > 1:
        middle = (good + bad) // 2
        found = reason(here + middle * way)
        if found is None:
            good = middle
        else:
            bad, why = middle, found
    return here + good * way, why


def _why_not(item: Product, values: Mapping[str, str], option: Option, value: str) -> str | None:
    return why_not(item, settled(item, {**values, option.id: value}))
