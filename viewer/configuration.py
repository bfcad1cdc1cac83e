"""A product with every option decided: one canonical text, one hash, one model.

Canonical text: JSON with sorted keys, no spaces, every value a string; a number is written as
the shortest decimal ("1", "1.25"), a ring size in its own system ("EU 54", "UK N½").
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import cached_property, lru_cache
from types import MappingProxyType

from models3d.engraving.text import forget_lettering
from models3d.errors import ModelError
from models3d.mesh import Model
from models3d.sizes import parse_ring_size
from viewer.catalogue import product
from viewer.compatibility import refuse_what_cannot_be
from viewer.errors import InvalidOption
from viewer.options import Option, Product, decimal_text
from viewer.pieces import piece
from viewer.rules import holds

CANONICAL_VERSION = 1  # of the canonical text; a new one gives every configuration a new hash
MODELS_KEPT = 64  # a model takes about 1 MB, a chain of links too: they are instances
LONGEST_VALUE = 64  # characters
RawValue = str | float | int


@dataclass(frozen=True)
class Configuration:
    """A product and the canonical text of each of its options, in the catalogue's order."""

    product: str
    values: tuple[tuple[str, str], ...]

    @property
    def options(self) -> Mapping[str, str]:
        """Option id to canonical text."""
        return MappingProxyType(dict(self.values))

    def canonical(self) -> str:
        """The one text of this configuration; the schema version is part of it."""
        document = {
            "options": dict(self.values),
            "product": self.product,
            "schema": CANONICAL_VERSION,
        }
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical text in UTF-8, hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def configure(product_id: str, raw: Mapping[str, RawValue] = MappingProxyType({})) -> Configuration:
    """Check what was chosen and fill in the defaults.

    Args:
        raw: option id to value, as typed; spelling and number format do not matter.
    Raises:
        UnknownProduct: no product has this id.
        InvalidOption: an option does not exist, a value is out of its range, or two do not go
            together; the message gives the nearest that is possible.
    """
    item = product(product_id)
    for option_id in raw:
        if item.option(option_id) is None:
            raise InvalidOption(_no_such_option(item, option_id))
    values = settled(
        item, {o.id: _canonical_value(o, raw.get(o.id, o.default)) for o in item.options}
    )
    refuse_what_cannot_be(item, values)
    return Configuration(item.id, tuple(values.items()))


def settled(item: Product, values: Mapping[str, str]) -> dict[str, str]:
    """Canonical values of every option, the defaults where one decides nothing."""
    found = dict(values)
    options = {option.id: option for option in item.options}
    for option in item.options:
        if option.when is not None and not holds(option.when, options, found):
            found[option.id] = option.default
    return found


def idle_options(configuration: Configuration) -> tuple[str, ...]:
    """Options that decide nothing here: their condition does not hold."""
    item = product(configuration.product)
    options = {option.id: option for option in item.options}
    return tuple(
        option.id
        for option in item.options
        if option.when is not None and not holds(option.when, options, configuration.options)
    )


def parse_settings(settings: Iterable[str]) -> dict[str, str]:
    """Option id to text, from `KEY=VALUE` words as the command line takes them.

    Raises:
        InvalidOption: a word has no `=`, or an option is set twice.
    """
    raw: dict[str, str] = {}
    for word in settings:
        option_id, equals, value = word.partition("=")
        option_id = option_id.strip()
        if not equals or not option_id:
            raise InvalidOption(f'"{word}" does not set an option: write KEY=VALUE, as carat=1.5.')
        if option_id in raw:
            raise InvalidOption(f'"{option_id}" is set twice: to "{raw[option_id]}" and "{value}".')
        raw[option_id] = value
    return raw


def build_model(configuration: Configuration) -> Model:
    """The model of this configuration, its hash in the extras; the same object each time."""
    return _model_of(configuration)


def forget_models() -> None:
    """Let go of every model that is kept, and of the lines engraved on them."""
    _model_of.cache_clear()
    forget_lettering()


@lru_cache(maxsize=MODELS_KEPT)
def _model_of(configuration: Configuration) -> Model:
    model = piece(product(configuration.product), configuration.options).build()
    about = {} if model.bill is None else model.bill.document()
    extras = {
        "product": configuration.product,
        "configuration": configuration.hash,
        **model.extras,
        **about,
    }
    return replace(model, name=configuration.product, extras=extras)


def _canonical_value(option: Option, raw: RawValue) -> str:
    text = str(raw).strip()
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise InvalidOption(
            f'{option.label} ("{option.id}") must be text or a number, not {raw!r}.'
        )
    if len(text) > LONGEST_VALUE:
        raise InvalidOption(
            f'{option.label} ("{option.id}") is too long: {len(text)} characters, '
            f"at most {LONGEST_VALUE}."
        )
    if option.notation == "ring_size":
        return _canonical_size(option, text)
    if option.kind == "text":
        return _canonical_text(option, text)
    return _canonical_number(option, text) if option.kind == "number" else _choice(option, text)


def _canonical_text(option: Option, text: str) -> str:
    """Unicode's composed form (NFC) without control characters or runs of white space."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    hidden = [c for c in plain if unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn")]
    if hidden:
        raise InvalidOption(
            f'{option.label} ("{option.id}") holds a character that cannot be written: '
            f"U+{ord(hidden[0]):04X}. Take it out."
        )
    if option.longest is not None and len(plain) > option.longest:
        raise InvalidOption(
            f'{option.label} ("{option.id}") is too long: {len(plain)} characters, '
            f"at most {option.longest}."
        )
    return plain


def _canonical_size(option: Option, text: str) -> str:
    try:
        return str(parse_ring_size(text))
    except ModelError as error:
        raise InvalidOption(f'{option.label} ("{option.id}"): {error}') from error


def _canonical_number(option: Option, text: str) -> str:
    unit = f" {option.unit}" if option.unit else ""
    bare = text.removesuffix(option.unit or "").strip().replace(",", ".")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise InvalidOption(
            f'{option.label} ("{option.id}") must be a number, {option.span()}; got "{text}".'
        )
    nearest = option.on_grid(value)
    if value != nearest:
        raise InvalidOption(
            f'{option.label} ("{option.id}") must be {option.span()}; got "{text}", '
            f"the nearest is {decimal_text(nearest)}{unit}."
        )
    return decimal_text(nearest)


def _choice(option: Option, text: str) -> str:
    """By id or label, whatever the case; numbers may come as 6 or 6.0."""
    by_spelling = {_folded(choice.label): choice.id for choice in option.choices}
    by_spelling |= {_folded(choice.id): choice.id for choice in option.choices}
    spelled = _folded(text.removesuffix(".0"))
    if spelled in by_spelling:
        return by_spelling[spelled]
    near = get_close_matches(spelled, by_spelling, n=1, cutoff=0.5)
    hint = f' The nearest is "{by_spelling[near[0]]}".' if near else ""
    ids = ", ".join(choice.id for choice in option.choices)
    raise InvalidOption(
        f'{option.label} ("{option.id}") cannot be "{text}".{hint} It is one of: {ids}.'
    )


def _folded(text: str) -> str:
    return text.casefold().replace("-", "_").replace(" ", "_")


def _no_such_option(item: Product, option_id: str) -> str:
    ids = [option.id for option in item.options]
    near = get_close_matches(option_id.casefold(), ids, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    return f'{item.name} has no option "{option_id}".{hint} Its options: {", ".join(ids)}.'
