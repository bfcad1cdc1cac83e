"""One client before the mirror: attract, waking, active, leaving, and back with nothing left.

    ATTRACT ──somebody──▶ WAKING ──stays──▶ ACTIVE ──nobody──▶ LEAVING
       ▲                     │                 ▲                  │  │
       └──────gone again─────┘                 └──somebody again──┘  │
       └───────────────────── 20 s: privacy reset ───────────────────┘

A touch, an open palm or the associate's tablet goes straight to ACTIVE. Every way back to ATTRACT
ends the session, and whoever holds anything of it is told to forget.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

WAKE_S = 1.5  # that somebody stays before the mirror is theirs
LEAVE_S = 3.0  # unseen before the mirror takes it for leaving
RESET_S = 20.0  # unseen before everything is forgotten


class State(StrEnum):
    """What the mirror does."""

    ATTRACT = "attract"
    WAKING = "waking"
    ACTIVE = "active"
    LEAVING = "leaving"


class Event(StrEnum):
    """What has happened between two steps."""

    WOKEN = "woken"  # somebody comes
    BEGUN = "begun"  # the mirror is theirs
    LEFT = "left"  # they are out of sight; the countdown runs
    RESUMED = "resumed"  # somebody is back before it ended
    FORGOTTEN = "forgotten"  # privacy reset: nothing of the client may remain


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a session stands."""

    state: State
    number: int  # of the session since the service began; 0: none yet
    left_s: float | None  # until everything is forgotten, while LEAVING


class Session:
    """The state of the mirror; a pure function of what it is told and when.

    Args:
        now_s: on a clock that does not go back.
    """

    def __init__(self, now_s: float) -> None:
        self._state = State.ATTRACT
        self._number = 0
        self._since_s = now_s  # of the state
        self._here_s = now_s  # somebody was there last

    @property
    def state(self) -> State:
        """What the mirror does now."""
        return self._state

    def standing(self, now_s: float) -> Standing:
        """Where it stands."""
        left = None
        if self._state is State.LEAVING:
            left = max(0.0, RESET_S - (now_s - self._here_s))
        return Standing(self._state, self._number, left)

    def step(self, now_s: float, *, present: bool, acted: bool = False) -> tuple[Event, ...]:
        """Let time pass.

        Args:
            present: somebody stands before the mirror.
            acted: somebody has touched it, shown a palm or used the tablet since the last step.
        Returns:
            what has happened, in order.
        """
        if present or acted:
            gone_s, self._here_s = now_s - self._here_s, now_s
            if gone_s >= RESET_S and self._state is not State.ATTRACT:
                # the one who comes back after a pause of the steps is somebody else
                return (*self._become_forgotten(now_s), *self._arrived(now_s, acted))
            return self._arrived(now_s, acted)
        return self._alone(now_s)

    def end(self, now_s: float) -> tuple[Event, ...]:
        """Forget everything now: the client is done, or the day is."""
        return () if self._state is State.ATTRACT else self._become_forgotten(now_s)

    def _arrived(self, now_s: float, acted: bool) -> tuple[Event, ...]:
        if self._state is State.ATTRACT:
            self._number += 1
            if acted:
                self._become(State.ACTIVE, now_s)
                return (Event.WOKEN, Event.BEGUN)
            self._become(State.WAKING, now_s)
            return (Event.WOKEN,)
        if self._state is State.WAKING and (acted or now_s - self._since_s >= WAKE_S):
            self._become(State.ACTIVE, now_s)
            return (Event.BEGUN,)
        if self._state is State.LEAVING:
            self._become(State.ACTIVE, now_s)
            return (Event.RESUMED,)
        return ()

    def _alone(self, now_s: float) -> tuple[Event, ...]:
        gone_s = now_s - self._here_s
        if self._state is State.WAKING and gone_s >= LEAVE_S:
            return self._become_forgotten(now_s)
        events: tuple[Event, ...] = ()
        if self._state is State.ACTIVE and gone_s >= LEAVE_S:
            self._become(State.LEAVING, now_s)
            events = (Event.LEFT,)
        if self._state is State.LEAVING and gone_s >= RESET_S:
            return (*events, *self._become_forgotten(now_s))
        return events

    def _become_forgotten(self, now_s: float) -> tuple[Event, ...]:
        self._become(State.ATTRACT, now_s)
        return (Event.FORGOTTEN,)

    def _become(self, state: State, now_s: float) -> None:
        self._state, self._since_s = state, now_s
