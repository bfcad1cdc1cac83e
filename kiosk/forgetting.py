"""What is forgotten with a client, wherever it is held: nothing of them may remain."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kiosk.handover import Handover
from kiosk.memory import give_back
from kiosk.mirror import Mirror
from kiosk.page_mirror import PageMirror
from kiosk.pairing import Pairing, Role
from kiosk.wardrobe import Wardrobe
from viewer.configuration import forget_models


class Forgetting:
    """The privacy reset.

    Args:
        pairing: whose tablets see the next client no more; None: they stay paired for the day.
    """

    def __init__(
        self,
        mirror: Mirror | PageMirror,
        wardrobe: Wardrobe,
        handover: Handover,
        pairing: Pairing | None,
    ) -> None:
        self.also: list[Callable[[], None]] = []  # what others hold
        self._mirror = mirror
        self._wardrobe = wardrobe
        self._handover = handover
        self.pairing = pairing

    def forget(self) -> None:
        """Pictures, pairings, what was worn, the words on it and the memory that it took."""
        self._handover.forget_all()
        if self.pairing is not None:
            self.pairing.revoke_role(Role.REMOTE)
        personal = self._wardrobe.is_personal
        self._wardrobe.forget()
        bare = self._mirror.forget(thoroughly=personal)
        if personal:
            forget_models()
            bare.add_done_callback(lambda _: forget_models())  # what was being built for them
        for forget in self.also:
            forget()
        threading.Thread(target=give_back, name="kiosk-memory", daemon=True).start()
