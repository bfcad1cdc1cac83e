"""Sentences that were made in English, such as refusals, in the language spoken.

What models and the trade's rules say carries numbers and names in it; its form, with {0}, {1} for
what changes, is the message in the catalogue, and here a sentence is recognised by its form.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from viewer.language import LANGUAGES, catalogue, gettext, later, spoken
from viewer.quantities import number

# What stands in the holes of other forms: where an engraving is, what would fit there, what a photo
# for measuring lacks; and forms that others stand in.
PIECES = (
    later("letters of {0} mm fit"),
    later("letters of {0} mm, the least that can be cut, do not fit either"),
    later("{0} strap"),
    later("round"),
    later("fancy"),
    later("inside the band"),
    later("outside the band"),
    later("under the table"),
    later("under the letters"),
    later("round the case back"),
    later("across the case back"),
    later("on the locket"),
    later("on the heart"),
    later("Take the photo again, because {0}"),
    later("How it fits cannot be told. {0}"),
    later("How it fits cannot be told. {0} It is shown {1}."),
    later("{0}% larger than it is"),
    later("{0}% smaller than it is"),
    later("the thumb finger"),
    later("the index finger"),
    later("the middle finger"),
    later("the ring finger"),
    later("the little finger"),
    later("the wrist"),
    later("hand"),
    later("left hand"),
    later("right hand"),
    later("bank card"),
    later("1 euro"),
    later("2 euro"),
    later("50 cent"),
    later("20 cent"),
    later("10 cent"),
    later("US quarter"),
)
_HOLE = re.compile(r"\\\{(\d)\\\}")  # {0} as re.escape writes it
_PLAIN_NUMBER = re.compile(r"-?\d{1,6}(\.\d+)?")


def translated(sentence: str) -> str:
    """The sentence in the language spoken; as it is where the catalogue does not know its form."""
    known = catalogue(spoken().language)
    if sentence in known or not known:
        return gettext(sentence)
    for form, message in _forms(spoken().language):
        if match := form.fullmatch(sentence):
            values = {f"_{at}": _value(text) for at, text in enumerate(match.groups())}
            return _filled(gettext(message), values)
    return sentence


def _filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\{(\d)\}", lambda hole: values.get(f"_{hole[1]}", hole[0]), text)


def _value(text: str) -> str:
    if _PLAIN_NUMBER.fullmatch(text):
        decimals = len(text.partition(".")[2])
        return number(Decimal(text), decimals)
    return translated(text) if text else ""


@lru_cache(maxsize=len(LANGUAGES))
def _forms(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Forms with what changes in them, the most telling first."""
    messages = [message for message in catalogue(language) if re.search(r"\{\d\}", message)]
    messages.sort(key=lambda message: (-len(re.sub(r"\{\d\}", "", message)), message))
    return tuple(
        (re.compile(_HOLE.sub("(.*?)", re.escape(message)), re.DOTALL), message)
        for message in messages
    )
