"""Designs under short codes: no account, nothing about anybody, found again on any device.

A code is made from what it stands for and the house's secret, so that the same design has the same
code, saving it twice keeps one file, and nobody can count other people's designs by their codes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Final

from viewer.configuration import Configuration
from viewer.errors import InvalidOption, UnknownDesign
from viewer.store import Store

ALPHABET: Final = "ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O and U, which are taken for others
CODE_LETTERS: Final = 7  # 22^7: two thousand million codes
MOST_PIECES: Final = 4
ATTEMPTS: Final = 8
SIGNATURE_DIGITS: Final = 32


def keep_design(store: Store, key: bytes, pieces: Sequence[Configuration]) -> str:
    """The code of a design: one piece, or some that are worn together.

    Raises:
        InvalidOption: no piece, or too many.
        NotWritable: the store refuses it.
    """
    if not 1 <= len(pieces) <= MOST_PIECES:
        raise InvalidOption(f"A design has one to {MOST_PIECES} pieces, not {len(pieces)}.")
    design = json.dumps({"pieces": [piece.hash for piece in pieces]}).encode()
    for attempt in range(ATTEMPTS):
        code = _code(key, design, attempt)
        if store.keep_design(code, design) == design:
            return code
    raise InvalidOption("This design finds no code; change it a little and save it again.")


def find_design(store: Store, code: str) -> tuple[Configuration, ...]:
    """The pieces of a design, however its code is written.

    Raises:
        UnknownDesign: the code stands for nothing here.
        UnknownConfiguration: a piece can no longer be made.
    """
    letters = plain_code(code)
    written = None
    if len(letters) == CODE_LETTERS and set(letters) <= set(ALPHABET):
        written = store.design(letters)
    if written is None:
        raise UnknownDesign(
            f'There is no design "{code[:20]}" here: a code has {CODE_LETTERS} letters; look at it '
            "again, or ask for a new link."
        )
    return tuple(store.configuration(piece) for piece in json.loads(written)["pieces"])


def plain_code(code: str) -> str:
    """The code in capitals, without what people write between letters."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def design_signature(key: bytes, text: str) -> str:
    """The house's word that a link was handed over by it (HMAC-SHA256)."""
    return hmac.new(key, f"designs/{text}".encode(), hashlib.sha256).hexdigest()[:SIGNATURE_DIGITS]


def is_handed_over(key: bytes, text: str, given: str) -> bool:
    """Whether a link's signature is the house's own."""
    return hmac.compare_digest(design_signature(key, text).encode(), given.encode())


def _code(key: bytes, design: bytes, attempt: int) -> str:
    digest = hmac.new(key, b"code/%d/" % attempt + design, hashlib.sha256).digest()
    number = int.from_bytes(digest, "big")
    letters = []
    for _ in range(CODE_LETTERS):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)
