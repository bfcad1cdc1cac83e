"""The language that clients read: words from the catalogues, numbers as their place writes them.

Catalogues stand in `locale/<language>/LC_MESSAGES/parure.po` and are read as they are, once, when
somebody first asks. A message is its English text; what changes in it stands in braces, as in
`_("Turn it {degrees}°", degrees=20)`. What is not translated stays English.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from types import MappingProxyType

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).parent.parent / "locale"
ENGLISH = "en"
FITTING = "static/js/wear/"  # scripts that come when somebody tries a piece on
# Each with where its numbers, dates and money are written as nobody says otherwise.
PLACES: Mapping[str, str] = MappingProxyType(
    {
        "en": "en_GB",
        "fr": "fr_FR",
        "it": "it_IT",
        "de": "de_DE",
        "ar": "ar_AE",
        "zh": "zh_Hans_CN",
        "ja": "ja_JP",
    }
)
LANGUAGES = tuple(PLACES)


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language and the place whose numbers, dates and money it writes."""

    language: str  # one of LANGUAGES
    place: str  # a locale as Babel writes it: fr_CH

    @property
    def locale(self) -> Locale:
        """Babel's."""
        return Locale.parse(self.place)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return str(self.locale.text_direction)


_HOUSE = Tongue(ENGLISH, PLACES[ENGLISH])
_spoken: ContextVar[Tongue] = ContextVar("spoken", default=_HOUSE)


def spoken() -> Tongue:
    """What is spoken here and now: English, unless somebody is answered in another language."""
    return _spoken.get()


@contextmanager
def speaking(language: str, place: str | None = None) -> Iterator[None]:
    """Speak a language for a while; files that all clients share are written so, in English."""
    token = _spoken.set(Tongue(language, place or PLACES[language]))
    try:
        yield
    finally:
        _spoken.reset(token)


def speak(tongue: Tongue | None) -> None:
    """Speak this from now on, in this thread; None: the house's English."""
    _spoken.set(tongue or _HOUSE)


def gettext(message: str, **values: object) -> str:
    """A message in the language spoken, its braces filled."""
    translated = catalogue(spoken().language).get(message, message) if message else ""
    text = translated if isinstance(translated, str) else translated[0]
    return text.format(**values) if values else text


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """A message that counts, in the form that the language has for this number; {count} is it."""
    found = catalogue(spoken().language).get(one)
    if isinstance(found, str) or found is None:
        text = one if count == 1 else many
    else:
        text = found[plural_rule(spoken().language)(count)]
    return text.format(count=count, **values)


def later(message: str) -> str:
    """Mark a message of a table, which is translated where it is shown."""
    return message


def catalogue(language: str) -> Mapping[str, str | tuple[str, ...]]:
    """Every translated message by its English text; those that count hold all their forms."""
    return {} if language == ENGLISH else _translated(language)


def po_file(language: str) -> Catalog:
    """A language's catalogue as translators keep it.

    Raises:
        FileNotFoundError: there is none.
    """
    path = CATALOGUES / language / "LC_MESSAGES" / "parure.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="parure")


@lru_cache(maxsize=len(LANGUAGES))
def _translated(language: str) -> Mapping[str, str | tuple[str, ...]]:
    return MappingProxyType(
        {
            message.id if isinstance(message.id, str) else message.id[0]: (
                message.string if isinstance(message.string, str) else tuple(message.string)
            )
            for message in po_file(language)
            if message.id and message.string and not message.fuzzy
        }
    )


def script_words(language: str) -> dict[str, str | dict[str, str]]:
    """What the pages' scripts say, by its English text; plurals by CLDR's names of the forms.

    What only trying on says is left to `fitting_words`: most visits never need it.
    """
    return _said(language, lambda files: any(not file.startswith(FITTING) for file in files))


def fitting_words(language: str) -> dict[str, str | dict[str, str]]:
    """What scripts say only while a piece is tried on, as `script_words`."""
    if language == ENGLISH:
        return {}
    return _said(language, lambda files: all(file.startswith(FITTING) for file in files))


def _said(language: str, wanted: Callable[[list[str]], bool]) -> dict[str, str | dict[str, str]]:
    """The words of the scripts whose files are wanted."""
    said: dict[str, str | dict[str, str]] = {}
    rule, names = plural_rule(language), Locale.parse(language).plural_form
    for message in po_file(language):
        files = [file for file, _ in message.locations if file.endswith(".js")]
        if not message.string or not files or not wanted(files):
            continue
        if isinstance(message.string, str):
            said[str(message.id)] = message.string
        else:
            forms = {names(count): message.string[rule(count)] for count in range(200)}
            said[message.id[0]] = forms
    return said


@lru_cache(maxsize=len(LANGUAGES))
def plural_rule(language: str) -> Callable[[int], int]:
    """Which form of a message that counts goes with a number, as the catalogue's header says."""
    return c2py(po_file(language).plural_expr)
