"""Everything there is to translate, and the catalogues brought up to date with it: `make words`.

Words stand where they are used: marked by `_()` in templates, scripts and Python (babel.cfg), as
labels in the products' files, in the tables of metals, stones and cuts, in the bills that models
write, and in refusals, whose sentences are recognised by their form (viewer/refusals.py).
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import write_po

from models3d.engraving.typefaces import TYPEFACES
from models3d.gems import GEMS
from models3d.metals import FINISHES, METALS
from models3d.stones.cuts import CUTS
from viewer.catalogue import PRODUCTS
from viewer.language import CATALOGUES, ENGLISH, LANGUAGES, po_file
from viewer.words import GEM_WORDS, METAL_WORDS, STONE_SOURCES

FIRST = datetime(2026, 11, 22, tzinfo=UTC)
ROOT = Path(__file__).parent.parent
KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "later": None, "ngettext": (1, 2)}
# Calls in models3d whose words reach a data sheet: their argument's position and name.
BILL_CALLS = {"Dimension": (1, "label"), "ComponentLot": (1, "name")}
# Errors that clients read, by where they are raised.
REFUSALS = {
    "models3d": ("Unbuildable",),
    "models3d/sizes.py": ("ModelError",),
    "viewer/catalogue.py": ("UnknownProduct",),
    "viewer/configuration.py": ("InvalidOption",),
    "viewer/store.py": ("UnknownConfiguration",),
    "viewer/price.py": ("PriceUnknown",),
    "tryon/media/photo.py": ("UnusablePhoto",),
    "kiosk": ("later",),
    "kiosk/choice.py": ("KioskError", "NothingWorn"),
    "kiosk/handover.py": ("NothingHere",),
    "kiosk/pairing.py": ("NotPaired",),
    "kiosk/staff.py": ("NotPaired",),
    "tryon/sizing": ("NotWearable", "TakeAgain"),
    "api/pages.py": ("NotFound",),
    "api/services.py": ("Room", "Line"),
    "api/queueing.py": ("HouseFull",),
}

Found = tuple[str, str | tuple[str, ...]]  # file, and a message or its singular and plural


def messages() -> Catalog:
    """Every message with the files it stands in, in a catalogue without translations."""
    catalog = Catalog(domain="parure", charset="utf-8", fuzzy=False)
    for file, message in sorted(
        {*_marked(), *_tables(), *_labels(), *_bills(), *_refusals()}, key=repr
    ):
        catalog.add(message, locations=[(file, 0)])
    return catalog


def update() -> int:
    """Bring every catalogue up to date; how many messages want translating."""
    template, missing = messages(), 0
    for language in LANGUAGES:
        if language == ENGLISH:
            continue
        known = {message.id: message.string for message in po_file(language) if message.id}
        fresh = empty(language)
        for message in template:
            if not message.id:
                continue
            string = known.get(message.id)
            fresh.add(message.id, string, locations=message.locations)
            missing += not string or not all([string] if isinstance(string, str) else string)
        write(fresh, language)
    return missing


def empty(language: str) -> Catalog:
    """A catalogue without messages. Its dates never change: what differs is what was translated."""
    return Catalog(
        language,
        domain="parure",
        header_comment=f"# {Locale.parse(language).get_display_name('en')} for Parure.",
        project="Parure",
        version="1",
        msgid_bugs_address="-",
        creation_date=FIRST,
        revision_date=FIRST,
        last_translator="-",
        language_team="-",
        charset="utf-8",
        fuzzy=False,
    )


def write(catalog: Catalog, language: str) -> None:
    """Keep a catalogue: one order, no dates, so that only what changed differs."""
    path = CATALOGUES / language / "LC_MESSAGES" / "parure.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=0, sort_output=True, include_lineno=False, omit_header=False)


def _marked() -> Iterator[Found]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping, "babel.cfg")  # type: ignore[no-untyped-call]
    for folder in ("api", "viewer", "static"):
        found = extract_from_dir(
            ROOT / folder,
            [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods
             if pattern.startswith(f"{folder}/")],
            {key.removeprefix(f"{folder}/"): value for key, value in options.items()},
            KEYWORDS,
        )  # fmt: skip
        for file, _line, message, _comments, _context in found:
            if message:
                yield f"{folder}/{file}", message


def _labels() -> Iterator[Found]:
    """Names, labels, choices and reasons of the products' files."""
    for path in [ROOT / "viewer/options.toml", *sorted((ROOT / "viewer/products").glob("*.toml"))]:
        file = path.relative_to(ROOT).as_posix()
        document = tomllib.loads(path.read_text("utf-8"))
        shared = path.name == "options.toml"
        tables = list(document.values()) if shared else document.get("options", [])
        said = [document["name"]] if "name" in document else []
        for option in tables:
            said += [option["label"]] if "label" in option else []
            said += option.get("choices", {}).values()
        said += [rule["because"] for rule in document.get("rules", []) if not shared]
        yield from ((file, text) for text in said)


def _tables() -> Iterator[Found]:
    """The shop's words for what the domain's tables hold, as far as products offer it."""
    for source, key in sorted(_offered()):
        if source == "metals":
            yield "models3d/metals.py", METAL_WORDS.get(key, METALS[key].name)
        elif source in STONE_SOURCES:
            yield "models3d/gems.py", GEM_WORDS.get(key, GEMS[key].name)
        elif source == "typefaces":
            yield "models3d/engraving/typefaces.py", TYPEFACES[key].style
        elif source == "finishes":
            yield "models3d/metals.py", FINISHES[key].name
    yield from (("models3d/stones/cuts.py", cut.name) for cut in CUTS.values())
    yield from (("models3d/gems.py", words) for words in GEM_WORDS.values())


def _offered() -> set[tuple[str, str]]:
    """Each choice that a product takes from a table, with the table."""
    return {
        (option.source, choice.id)
        for product in PRODUCTS.values()
        for option in product.options
        if option.source is not None
        for choice in option.choices
    }


def _bills() -> Iterator[Found]:
    """Dimensions, components and places that models write into their bills."""
    for path in sorted((ROOT / "models3d").rglob("*.py")):
        file = path.relative_to(ROOT).as_posix()
        for call in _calls(path):
            if _name(call) in BILL_CALLS:
                at, keyword = BILL_CALLS[_name(call)]
                given = [call.args[at]] if len(call.args) > at else []
                given += [word.value for word in call.keywords if word.arg == keyword]
                yield from ((file, text) for node in given if (text := sentence(node)))
            for word in call.keywords:
                if word.arg == "movement_words" and (text := sentence(word.value)):
                    yield from ((file, text), (file, f"{text[:1].upper()}{text[1:]}"))


def _refusals() -> Iterator[Found]:
    """Sentences of errors that clients read, what changes in them as {0}, {1} …"""
    for place, names in REFUSALS.items():
        for path in sorted((ROOT / place).rglob("*.py")) or [ROOT / place]:
            file = path.relative_to(ROOT).as_posix()
            for call in _calls(path):
                if _name(call) in names:
                    yield from ((file, text) for node in call.args if (text := sentence(node)))


def _calls(path: Path) -> Iterator[ast.Call]:
    tree = ast.parse(path.read_text("utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def sentence(node: ast.expr) -> str:
    """The form of a text in the source; "" where it is no text, or nothing but what changes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts, holes = [], 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        else:
            parts.append(f"{{{holes}}}")
            holes += 1
    return "".join(parts) if any(isinstance(part, ast.Constant) for part in node.values) else ""


if __name__ == "__main__":
    sys.exit(f"{untold} messages want translating." if (untold := update()) else None)
