"""Products from their files: one readable TOML file each, checked as it is read.

Our own are in `viewer/products`; a brand's, in the folder that `$PARURE_PRODUCTS` names, add to
them or, under the same name, replace them.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models3d.engraving.typefaces import TYPEFACES
from models3d.frames import Anchor
from models3d.gems import GEMS, Transparency
from models3d.metals import FINISHES, METALS
from models3d.sizes import parse_ring_size, ring_sizes
from models3d.stones.cuts import CUTS
from viewer.errors import InvalidProductFile
from viewer.options import Choice, Option, Product, Rule, decimal_text
from viewer.rules import names_in

OWN_PRODUCTS = Path(__file__).parent / "products"
SHARED_OPTIONS = Path(__file__).parent / "options.toml"
EU_SIZES_OFFERED = range(41, 77)
IDENTIFIER = r"^[a-z][a-z0-9_]*$"

Number = Annotated[Decimal, Field(allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OptionFile(_Strict):
    """One `[[options]]` table."""

    id: str = Field(pattern=IDENTIFIER)
    label: str = Field(min_length=1)
    default: Number | str
    unit: str | None = None  # ct, mm, cm, deg
    min: Number | None = None
    max: Number | None = None
    step: Number | None = None
    choices: dict[str, str] | None = None  # id to label
    source: str | None = None  # the table whose names label the choices
    ids: tuple[str, ...] | None = None  # which of that table
    notation: str | None = None  # ring_size
    longest: int | None = Field(None, ge=1, le=64)  # characters of a text
    when: str | None = None  # the option only matters when this holds


class RuleFile(_Strict):
    """One `[[rules]]` table: what must hold between options, and why."""

    require: str
    because: str
    when: str | None = None


class ProductFile(_Strict):
    """A product as its file says it."""

    name: str = Field(min_length=1)
    family: str = Field(pattern="^(ring|necklace|earring|bracelet|watch)$")
    anchor: Anchor
    order: int = 500  # in the showroom: rings from 0, necklaces 100, earrings 200 …
    piece: str = Field(pattern=r"^[\w.]+:\w+$")  # module:class that builds it
    delivery_weeks: tuple[int, int] | None = None  # from and to, once it is ordered
    options: tuple[OptionFile, ...]
    rules: tuple[RuleFile, ...] = ()


def read_products() -> Mapping[str, Product]:
    """Every product by its id, in the order of the showroom.

    Raises:
        InvalidProductFile: a file is not TOML or does not describe a product; says where.
    """
    folders = [OWN_PRODUCTS]
    if os.environ.get("PARURE_PRODUCTS"):
        folders.append(Path(os.environ["PARURE_PRODUCTS"]))
    files = {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    shared = _toml(SHARED_OPTIONS)
    read = [read_product(path, shared) for path in files.values()]
    read.sort(key=lambda item: (item.order, item.id))
    return MappingProxyType({item.id: item for item in read})


def read_product(path: Path, shared: Mapping[str, Any]) -> Product:
    """The product of one file; its id is the file's name.

    Raises:
        InvalidProductFile: the file is not TOML or does not describe a product; says where.
    """
    document = _toml(path)
    try:
        document["options"] = [_filled(option, shared) for option in document.get("options", [])]
        file = ProductFile.model_validate(document)
        options = tuple(_option(option) for option in file.options)
        rules = tuple(Rule(rule.require, rule.because, rule.when) for rule in file.rules)
        _check_names(options, rules)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidProductFile(f"{path.name}, {place}: {first['msg']}.") from error
    except (KeyError, ValueError) as error:
        raise InvalidProductFile(f"{path.name}: {error}") from error
    return Product(
        path.stem,
        file.name,
        file.family,
        file.anchor,
        options,
        rules,
        file.piece,
        file.order,
        file.delivery_weeks,
    )


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidProductFile(f"{path.name}: {error}.") from error


def _filled(option: dict[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """The option with what it takes over from the shared one it uses."""
    own = dict(option)
    used = own.pop("use", None)
    if used is None:
        return own
    if used not in shared:
        raise ValueError(f'there is no shared option "{used}"; known: {", ".join(shared)}')
    return {"id": used, **shared[used], **own}


def _option(file: OptionFile) -> Option:
    """The option that a table describes; what it gives decides its kind."""
    if file.notation == "ring_size":
        choices = _ring_sizes()
        default = str(parse_ring_size(str(file.default)))
        return Option(
            file.id, file.label, "choice", default, choices, notation="ring_size", when=file.when
        )
    if file.step is not None:
        if file.min is None or file.max is None or file.step <= 0 or file.min >= file.max:
            raise ValueError(f"{file.id}: a number needs min < max and a step above 0")
        return Option(
            file.id,
            file.label,
            "number",
            decimal_text(Decimal(file.default)),
            least=file.min,
            greatest=file.max,
            step=file.step,
            unit=file.unit,
            when=file.when,
        )
    if file.longest is not None:
        return Option(
            file.id, file.label, "text", str(file.default), longest=file.longest, when=file.when
        )
    names = _names(file)
    if str(file.default) not in names:
        raise ValueError(f'{file.id}: the default "{file.default}" is not among its choices')
    choices = tuple(Choice(key, label) for key, label in names.items())
    return Option(
        file.id,
        file.label,
        "choice",
        str(file.default),
        choices,
        when=file.when,
        source=file.source,
    )


def _names(file: OptionFile) -> dict[str, str]:
    """Choice ids to labels."""
    if file.choices:
        return file.choices
    if file.source is None or file.source not in SOURCES:
        raise ValueError(
            f"{file.id}: an option needs a step, choices, longest, notation or a source that is "
            f"one of {', '.join(SOURCES)}"
        )
    table = SOURCES[file.source]()
    unknown = [key for key in file.ids or () if key not in table]
    if unknown:
        raise ValueError(f"{file.id}: {file.source} has no {', '.join(unknown)}")
    return {key: table[key] for key in file.ids or table}


def _gem_names(*kinds: Transparency) -> Callable[[], dict[str, str]]:
    return lambda: {key: gem.name for key, gem in GEMS.items() if gem.transparency in kinds}


SOURCES: Mapping[str, Callable[[], dict[str, str]]] = MappingProxyType(
    {
        "metals": lambda: {key: metal.name for key, metal in METALS.items()},
        "finishes": lambda: {key: finish.name for key, finish in FINISHES.items()},
        "typefaces": lambda: {
            key: f"{face.style} ({face.name})" for key, face in TYPEFACES.items()
        },
        "gems": _gem_names(*Transparency),
        "transparent_gems": _gem_names(Transparency.TRANSPARENT),
        "pearls": lambda: {k: gem.name for k, gem in GEMS.items() if k.startswith("pearl")},
        "cuts": lambda: {key: cut.name for key, cut in CUTS.items()},
    }
)


def _ring_sizes() -> tuple[Choice, ...]:
    sizes = [parse_ring_size(f"EU {circumference}") for circumference in EU_SIZES_OFFERED]
    return tuple(
        Choice(str(size), " · ".join(ring_sizes(size.inner_diameter).values())) for size in sizes
    )


def _check_names(options: tuple[Option, ...], rules: tuple[Rule, ...]) -> None:
    """Every name in a rule or condition is an option's."""
    known = {option.id for option in options}
    if len(known) < len(options):
        raise ValueError("two options have the same id")
    said = [text for rule in rules for text in (rule.require, rule.when) if text]
    said += [option.when for option in options if option.when]
    for expression in said:
        unknown = names_in(expression) - known
        if unknown:
            raise ValueError(f'"{expression}" speaks of {", ".join(sorted(unknown))}: no option')
