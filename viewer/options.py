"""What can be decided about a product: plain values, read from its file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from models3d.frames import Anchor


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values an option can take."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a shopper decides."""

    id: str
    label: str
    kind: str  # choice, number or text
    default: str  # canonical text
    choices: tuple[Choice, ...] = ()
    least: Decimal | None = None  # numbers only, as step
    greatest: Decimal | None = None
    step: Decimal | None = None
    unit: str | None = None  # ct, mm
    notation: str | None = None  # ring_size: any size people write is taken, not only the choices
    longest: int | None = None  # characters; texts only
    when: str | None = None  # a condition between options; where it fails the default holds
    source: str | None = None  # the table its choices come from: metals, finishes, gems …

    def summary(self) -> str:
        """One line: `carat=1 ct: 0.3 to 3 ct in steps of 0.01`."""
        unit = f" {self.unit}" if self.unit else ""
        if self.kind == "number":
            return f"{self.id}={self.default}{unit}: {self.span()}"
        if self.notation:
            return f"{self.id}={self.default}: as written, for example US 6 1/2, UK N or JP 14"
        if self.kind == "text":
            return f"{self.id}={self.default}: up to {self.longest} characters"
        return f"{self.id}={self.default}: {', '.join(choice.id for choice in self.choices)}"

    def span(self) -> str:
        """What a number may be, in words."""
        if self.least is None or self.greatest is None or self.step is None:
            raise ValueError(f"{self.id} is not a number")
        unit = f" {self.unit}" if self.unit else ""
        return (
            f"{decimal_text(self.least)} to {decimal_text(self.greatest)}{unit} "
            f"in steps of {decimal_text(self.step)}"
        )

    def on_grid(self, value: Decimal) -> Decimal:
        """The allowed number nearest to `value`."""
        if self.least is None or self.greatest is None or self.step is None:
            raise ValueError(f"{self.id} is not a number")
        held = min(max(value, self.least), self.greatest)
        steps = ((held - self.least) / self.step).quantize(Decimal(1), ROUND_HALF_UP)
        return self.least + steps * self.step


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold between options, in the words of `viewer.rules`."""

    require: str
    because: str  # a sentence for the client
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """Something that can be configured, built and worn."""

    id: str
    name: str
    family: str  # ring, necklace, earring, bracelet or watch
    anchor: Anchor
    options: tuple[Option, ...]
    rules: tuple[Rule, ...] = ()
    piece: str = ""  # module:class that builds it
    order: int = 500  # in the showroom
    delivery_weeks: tuple[int, int] | None = None  # None: on request

    def option(self, option_id: str) -> Option | None:
        """The option of this id, if the product has it."""
        return next((option for option in self.options if option.id == option_id), None)


def decimal_text(value: Decimal) -> str:
    """The shortest way to write a number: 1.50 is "1.5", 1E+1 is "10", -0 is "0"."""
    return f"{value.normalize() + 0:f}"
