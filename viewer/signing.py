"""Signatures of the house: what a link asks for was allowed by whoever holds the key."""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Final
from urllib.parse import urlencode

from viewer.configuration import Configuration
from viewer.errors import WeakKey
from viewer.look import Look
from viewer.picture_order import PictureOrder
from viewer.store import Store

LEAST_KEY_CHARACTERS: Final = 16
SIGNATURE_DIGITS: Final = 32  # hexadecimal: 128 bits
KEY_NAME: Final = "signing.key"


def signing_key(store: Store) -> bytes:
    """`$PARURE_SIGNING_KEY`, or a key made once and kept in the store.

    Raises:
        WeakKey: the one that was given can be guessed.
        NotWritable: the store refuses a new one.
    """
    given = os.environ.get("PARURE_SIGNING_KEY")
    if given is None:
        return store.secret(KEY_NAME)
    if len(given) < LEAST_KEY_CHARACTERS:
        raise WeakKey(
            f"PARURE_SIGNING_KEY must have at least {LEAST_KEY_CHARACTERS} characters; "
            "`openssl rand -hex 32` makes a good one."
        )
    return given.encode()


def signature(key: bytes, configuration_hash: str, order: PictureOrder) -> str:
    """The house's word that this picture may be drawn (HMAC-SHA256)."""
    text = f"renders/{configuration_hash}/{order.name}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:SIGNATURE_DIGITS]


def is_signed(key: bytes, configuration_hash: str, order: PictureOrder, given: str) -> bool:
    """Whether a signature is the house's own for this picture."""
    right = signature(key, configuration_hash, order)
    return hmac.compare_digest(right.encode(), given.encode())


def picture_path(configuration: Configuration, order: PictureOrder, key: bytes) -> str:
    """The address of a picture below the service's own, signed where it has to be."""
    query: dict[str, str] = {"w": str(order.width)}
    if order.height != order.width:
        query["h"] = str(order.height)
    if order.look is not Look.TRUE:
        query["look"] = order.look
    if order.transparent:
        query["transparent"] = "1"
    if not order.is_open:
        query["sig"] = signature(key, configuration.hash, order)
    file = f"{order.view}.{order.picture_format}"
    return f"/api/v1/renders/{configuration.hash}/{file}?{urlencode(query)}"
