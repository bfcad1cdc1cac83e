"""The viewer's file of a piece that nobody asked for before, at once: lit as one that is known.

Looking closely at a new piece takes a second or more; a shopper who moves a slider waits for the
shape. The file that is known is that of the piece on the page, or of the design as it comes.
"""

from __future__ import annotations

from collections.abc import Callable

import brotli

from viewer.configuration import Configuration, build_model, configure
from viewer.errors import UnknownConfiguration
from viewer.store import Store
from viewer.variants import choices
from viewer.web.known import read_known
from viewer.web.model_file import hurried_glb

FILE = "model.viewer.glb"  # in the store
QUALITY = 5  # of brotli: a hundredth of the time for a twentieth more bytes
PACKERS: dict[str | None, Callable[[bytes], bytes]] = {
    "br": lambda data: bytes(brotli.compress(data, quality=QUALITY)),
    None: bytes,
}


def like_one(store: Store, configuration: Configuration, shown: str) -> bytes | None:
    """The file of a piece that this one is much alike; None: this one's own is there, or no other.

    Args:
        shown: hash of the piece that the page shows.
    """
    if store.has_asset(configuration, FILE):
        return None
    try:
        other = store.configuration(shown)
    except UnknownConfiguration:
        other = configuration
    if other.product == configuration.product:
        found = store.kept(other, FILE)
        if found is not None:
            return found
    return store.kept(configure(configuration.product), FILE)


def prepare(store: Store, configuration: Configuration) -> None:
    """Do beforehand what the first new shape of this design would take longer for than the next."""
    known = store.kept(configuration, FILE)
    if known is not None:
        hurried_file(configuration, known, None)


def hurried_file(configuration: Configuration, like: bytes, encoding: str | None) -> bytes:
    """The viewer's file, lit as the piece of another one is.

    Args:
        encoding: "br", or None: as it is.
    """
    data = hurried_glb(build_model(configuration), read_known(like), choices(configuration))
    return PACKERS[encoding](data)
