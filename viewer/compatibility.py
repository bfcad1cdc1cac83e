"""Options that do not go together: why, and what nearby would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from models3d.errors import ModelError, Unbuildable
from models3d.sizes import parse_ring_size
from viewer.errors import InvalidOption
from viewer.language import gettext as _
from viewer.options import Option, Product, decimal_text
from viewer.pieces import field_of, piece
from viewer.quantities import quantity
from viewer.refusals import translated
from viewer.rules import holds, names_in
from viewer.words import choice_words, mid_sentence

STEPS_TRIED = 400  # of a number, nearest first: beyond, nothing is near
CHANGES_TOLD = 3


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why options do not go together, and changes of one option each that would help."""

    because: str
    nearby: tuple[tuple[Option, str], ...]  # at most three options and their nearest values

    def changes(self) -> tuple[tuple[Option, str, str], ...]:
        """The same with what is said of each value."""
        return tuple((option, value, _spoken(option, value)) for option, value in self.nearby)

    def advice(self) -> str:
        """The nearest possible in words; empty where nothing near is."""
        spoken = [
            f"{mid_sentence(_(option.label))} {_spoken(option, value)}"
            for option, value in self.nearby
        ]
        choices = _(" or ").join(spoken)
        return _(" The nearest possible: {choices}.", choices=choices) if spoken else ""


def refuse_what_cannot_be(product: Product, values: Mapping[str, str]) -> None:
    """Check options against each other.

    Args:
        values: canonical value of every option.
    Raises:
        InvalidOption: they do not go together; the message says why and what nearby does.
    """
    found = conflict(product, values)
    if found is not None:
        raise InvalidOption(found.because + found.advice())


def why_not(product: Product, values: Mapping[str, str]) -> str | None:
    """Why these canonical values cannot be made; None: they can."""
    problem = _problem(product, values)
    return None if problem is None else translated(problem[0])


def conflict(
    product: Product, values: Mapping[str, str], but: str | None = None
) -> Conflict | None:
    """What stands against these values; None: they can be made.

    Args:
        values: canonical value of every option.
        but: an option that is not to give way.
    """
    problem = _problem(product, values)
    if problem is None:
        return None
    reason, involved = problem
    nearby = [
        (option, value)
        for option in involved
        if option.id != but and (value := _nearest(product, values, option)) is not None
    ]
    return Conflict(translated(reason), tuple(nearby[:CHANGES_TOLD]))


def _problem(product: Product, values: Mapping[str, str]) -> tuple[str, tuple[Option, ...]] | None:
    """The first reason against these values and the options that could give way."""
    options = {option.id: option for option in product.options}
    for rule in product.rules:
        if rule.when is not None and not holds(rule.when, options, values):
            continue
        if not holds(rule.require, options, values):
            named = names_in(rule.require) | names_in(rule.when or "0")
            first = names_in(rule.require)
            ordered = sorted(named, key=lambda name: (name not in first, list(options).index(name)))
            return rule.because, tuple(options[name] for name in ordered)
    try:
        piece(product, values)
    except Unbuildable as error:
        by_field = {field_of(product, option): option for option in product.options}
        return str(error), tuple(by_field[name] for name in error.fields if name in by_field)
    except ModelError as error:
        return f"{str(error)[:1].upper()}{str(error)[1:].rstrip('.')}.", ()
    return None


def _nearest(product: Product, values: Mapping[str, str], option: Option) -> str | None:
    """The value of one option nearest to what was asked that goes with all the others."""
    for value in _by_distance(option, values[option.id]):
        if _problem(product, {**values, option.id: value}) is None:
            return value
    return None


def _by_distance(option: Option, value: str) -> Iterator[str]:
    """Other values, nearest first."""
    if option.kind == "number":
        yield from _numbers_by_distance(option, Decimal(value))
    elif option.notation == "ring_size":
        here = parse_ring_size(value).inner_diameter
        yield from sorted(
            (choice.id for choice in option.choices if choice.id != value),
            key=lambda size: abs(parse_ring_size(size).inner_diameter - here),
        )
    elif option.kind == "choice":
        ids = [choice.id for choice in option.choices]
        at = ids.index(value)
        yield from sorted((i for i in ids if i != value), key=lambda i: abs(ids.index(i) - at))


def _numbers_by_distance(option: Option, value: Decimal) -> Iterator[str]:
    if option.step is None or option.least is None or option.greatest is None:
        raise ValueError(f"{option.id} is not a number")
    for steps in range(1, STEPS_TRIED):
        for there in (value + steps * option.step, value - steps * option.step):
            if option.least <= there <= option.greatest:
                yield decimal_text(there)


def _spoken(option: Option, value: str) -> str:
    if option.notation is not None:
        return value
    if option.kind == "number":
        return quantity(Decimal(value), option.unit)
    return choice_words(option, value).partition(":")[0].strip()
