"""A store that keeps what a client wrote on a piece in memory alone, and forgets it with them.

The mirror's page fetches pieces by their hashes, so the store must know them; the words that are to
be engraved are the client's own, and no disk needs them unless the client takes the design along.
What visitors configure on their own phones is kept as in every shop.
"""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

from kiosk.choice import personal
from viewer.configuration import Configuration
from viewer.shelf import Shelf
from viewer.store import Store

_HASH = re.compile(r"[0-9a-f]{64}")


class DiscreetShelf(Shelf):
    """Files, but those of hidden configurations are held in memory.

    A configuration stays hidden after its client was forgotten, so that what was under way for them
    still reaches no disk and no cache.
    """

    def __init__(self, location: str | Path) -> None:
        super().__init__(location)
        self._guard = threading.Lock()
        self._hidden: set[str] = set()
        self._gone: set[str] = set()  # of the hidden: their client was forgotten
        self._held: dict[str, bytes] = {}

    def hide(self, key: str) -> None:
        """Files of this hash never reach the disk from now on."""
        with self._guard:
            self._hidden.add(key)
            self._gone.discard(key)

    def hides(self, name: str) -> bool:
        """Whether a name or an address is of a hidden configuration."""
        with self._guard:
            return any(key in self._hidden for key in _HASH.findall(name))

    def reveal(self, key: str) -> None:
        """Keep the files of a hash for good after all."""
        with self._guard:
            self._hidden.discard(key)
            self._gone.discard(key)
            mine = {name: data for name, data in self._held.items() if key in name}
            for name in mine:
                del self._held[name]
        for name, data in mine.items():
            super().write(name, data)

    def forget(self) -> None:
        """Nothing that is hidden is held any more."""
        with self._guard:
            self._gone |= self._hidden
            self._held.clear()

    def read(self, name: str) -> bytes | None:
        """As `Shelf.read`."""
        if not self.hides(name):
            return super().read(name)
        with self._guard:
            return self._held.get(name)

    def write(self, name: str, data: bytes) -> None:
        """As `Shelf.write`; what is late for a client who was forgotten is dropped."""
        if not self.hides(name):
            super().write(name, data)
            return
        with self._guard:
            if self._gone.isdisjoint(_HASH.findall(name)):
                self._held[name] = data

    def has(self, name: str) -> bool:
        """As `Shelf.has`."""
        if not self.hides(name):
            return super().has(name)
        with self._guard:
            return name in self._held


class DiscreetStore(Store):
    """A store as `viewer.store.Store`, for a mirror."""

    def __init__(self, location: str | Path, edition: str) -> None:
        super().__init__(location, edition)
        self._shelf: DiscreetShelf = DiscreetShelf(location)

    def remember(self, configuration: Configuration) -> None:
        """Know a configuration for good, even if a client at the mirror says the same words."""
        self._shelf.reveal(configuration.hash)
        super().remember(configuration)

    def remember_for_client(self, configuration: Configuration) -> None:
        """Know a configuration; one that says the client's words while the client is there."""
        if personal(configuration) and not self.knows(configuration):
            self._shelf.hide(configuration.hash)
        super().remember(configuration)

    def remember_like(self, configuration: Configuration, other: Configuration) -> None:
        """Know a configuration as long as another that it was made of."""
        if self._shelf.hides(other.hash):
            self.remember_for_client(configuration)
        else:
            self.remember(configuration)

    def keep_design(self, code: str, design: bytes) -> bytes:
        """A design that a client takes along is kept with its pieces."""
        for key in json.loads(design)["pieces"]:
            self._shelf.reveal(key)
        return super().keep_design(code, design)

    def hides(self, address: str) -> bool:
        """Whether an address tells of something that is to be forgotten."""
        return self._shelf.hides(address)

    def forget(self) -> None:
        """The client is gone."""
        self._shelf.forget()
