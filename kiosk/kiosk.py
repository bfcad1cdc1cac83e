"""Everything behind the mirror's pages: who is there, what they have on, and who may steer it.

    frames ─▶ presence, gestures ─▶ session ─▶ choice ─▶ mirror.wear
                                       │
    pages and tablets ─ commands ──────┘──▶ state, published to all of them

All that is known of a client hangs on the session and is dropped when it ends.
"""

from __future__ import annotations

import statistics
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from kiosk import commands
from kiosk.broadcast import Broadcast
from kiosk.cameras import CameraFrame, SourceMaker
from kiosk.choice import Choice, Piece, whole_tray
from kiosk.errors import KioskError
from kiosk.gestures import Gesture, GestureReader, Gesturing, palm_middle_px
from kiosk.handover import Handover
from kiosk.memory import give_back
from kiosk.mirror import Mirror
from kiosk.pairing import Pairing, Role
from kiosk.pictures import MirrorFrame
from kiosk.presence import PresenceSensor, palm_px
from kiosk.pulse import beat, page_beat
from kiosk.session import Event, Session, State
from kiosk.staff import StaffDoor
from kiosk.use import DailyUse
from kiosk.watchdog import DailyRestart, Fault, Watchdog
from models3d.errors import ParureError
from tryon.types import FrameResult
from tryon.wearables import Place
from viewer.catalogue import product as product_of
from viewer.configuration import configure, forget_models, idle_options

TICK_S = 0.25
ATTRACT_PACE_S = 0.2  # five frames a second find who comes
EVENTS_KEPT = 12
FAULTS_KEPT = 20
DELAYS_KEPT = 100
MOST_PREPARED = 8  # pieces of the tray that are ready beforehand; each takes memory twice


@dataclass(frozen=True, slots=True)
class Settings:
    """How this kiosk stands."""

    orientation: str | None = None  # portrait or landscape; None: as the screen is
    gestures: bool = True
    tray: tuple[str, ...] = field(default_factory=whole_tray)
    restart: DailyRestart | None = None
    use_file: Path | None = None
    pin: str | None = None
    signs: Path | None = None  # where the launcher looks for signs of life
    paired_for_a_session: bool = True  # tablets; otherwise they stay paired for the day


class Kiosk:
    """One mirror; safe to use from many threads.

    Args:
        source: opens the camera.
        give_up: ends the process, which is started again.
        clock: seconds that do not go back.
        now: local date and time.
        mirror: called with the source and the notes of a frame; the tests replace it.
    """

    def __init__(
        self,
        source: SourceMaker,
        settings: Settings,
        give_up: Callable[[str], None],
        *,
        clock: Callable[[], float] = monotonic,
        now: Callable[[], datetime] = datetime.now,
        mirror: Callable[..., Mirror] = Mirror,
    ) -> None:
        self.settings = settings
        self.states: Broadcast[dict[str, Any]] = Broadcast()
        self.stills: Broadcast[MirrorFrame | None] = Broadcast()  # the picture that is looked at
        self.pairing = Pairing(clock)
        self.staff = StaffDoor(settings.pin, clock)
        self.handover = Handover(clock)
        self.use = DailyUse(now, settings.use_file)
        self.mirror = mirror(source, self._notes)
        self.watchdog = Watchdog(self.mirror, give_up, self._faulted)
        self.started = now()
        self._give_up = give_up
        self._clock, self._now = clock, now
        self._guard = threading.RLock()
        self._session = Session(clock())
        self._presence = PresenceSensor()
        self._gestures = GestureReader()
        self._choice = Choice()
        self._preparing = 0  # sets that are being prepared
        self._refusal: dict[str, str] | None = None  # why the last set is not worn
        self._present = False
        self._present_s = clock()
        self._prepared_for = 0  # number of the renderer that was started last when all was ready
        self._looking = False  # at a picture that was taken
        self._page_s: float | None = None  # the mirror's own page was heard of last
        self._delays_ms: deque[float] = deque(maxlen=DELAYS_KEPT)
        self._recovered: deque[dict[str, str]] = deque(maxlen=FAULTS_KEPT)
        self._events: list[dict[str, Any]] = []
        self._event_count = 0
        self._published: dict[str, Any] | None = None
        self._ended = threading.Event()
        self._ticking: threading.Thread | None = None

    def start(self) -> None:
        """Open the camera and begin.

        Raises:
            ParureError: landmark models or OpenGL are missing.
        """
        self.mirror.pace_s = ATTRACT_PACE_S
        self.mirror.start()
        self.watchdog.start()
        self._ticking = threading.Thread(target=self._tick, name="kiosk-tick", daemon=True)
        self._ticking.start()
        self._publish()

    def close(self) -> None:
        """End everything; nothing of anybody remains. Twice does no harm."""
        self._ended.set()
        if self._ticking is not None:
            self._ticking.join()
        self.watchdog.close()
        self.pairing.revoke_all()
        with self._guard:
            self._happened(self._session.end(self._clock()))
        self.mirror.close()
        self.states.close()
        self.use.write()

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What the client has on."""
        return self._choice.pieces

    @property
    def session(self) -> int:
        """The number of the session."""
        return self._session.standing(self._clock()).number

    @property
    def now(self) -> datetime:
        """Local date and time."""
        return self._now()

    @property
    def glass_ms(self) -> float | None:
        """From the shutter to the picture on the mirror's own page, median of the last frames."""
        delays = list(self._delays_ms)
        return round(statistics.median(delays), 1) if delays else None

    @property
    def page_age_s(self) -> float | None:
        """Since the mirror's own page was heard of; None: not yet."""
        return None if self._page_s is None else self._clock() - self._page_s

    @property
    def recovered(self) -> list[dict[str, str]]:
        """What stopped and was started anew, the last first."""
        return list(reversed(self._recovered))

    @property
    def is_idle(self) -> bool:
        """Whether nobody is before the mirror."""
        return self._session.state is State.ATTRACT

    @property
    def state(self) -> State:
        """What the mirror does."""
        return self._session.state

    def obey(self, command: commands.Command) -> None:
        """Do what a page or a tablet asks; everybody hears of it by the next state.

        Raises:
            ParureError: it cannot be done; the message is for whoever asked.
        """
        with self._guard:
            if isinstance(command, commands.End):
                self._happened(self._session.end(self._clock()))
                return
            if isinstance(command, commands.PutAway):
                self._put_away()
                self._publish()
                return
            choice = self._choice_after(command)
            self._act()
            if isinstance(command, commands.Capture):
                self._tell({"event": "capture"})
            self._choose(choice)

    def look_at(self, frame: MirrorFrame) -> None:
        """A picture was taken: the tablet sees it too, until it is put away."""
        with self._guard:
            self._looking = True
            self.stills.publish(frame)
            self._publish()

    def page_lives(self) -> None:
        """The mirror's own page was heard of."""
        self._page_s = self._clock()
        if self.settings.signs is not None:
            page_beat(self.settings.signs)

    def page_drew(self, delay_ms: float) -> None:
        """The mirror's own page has drawn a frame, so long after the shutter."""
        self._delays_ms.append(delay_ms)

    def restart(self, why: str) -> None:
        """End the process, which is started again."""
        self._ended.set()
        self._give_up(why)

    def prepare(self) -> None:
        """While nobody is there, make the first pieces of the tray ready to be worn; waits for it.

        What is ready already takes no time.
        """
        if self.mirror.figures().renderer_starts == self._prepared_for:
            return
        first = [Piece(configure(each), Place()) for each in self.settings.tray[:MOST_PREPARED]]
        builds = [lambda piece=piece: [piece.wearable()] for piece in first]
        try:
            done = self.mirror.prepare(builds, lambda: self.is_idle).result()
        except (
            CancelledError,
            RuntimeError,
            TimeoutError,
        ):  # the stream starts anew, or the mirror ends
            return
        if done:
            self._prepared_for = self.mirror.figures().renderer_starts

    def counted(self, what: str) -> None:
        """Count something that a client did, without anything about the client."""
        self.use.count(what)

    def step(self) -> None:
        """Let time pass."""
        with self._guard:
            now = self._clock()
            self.handover.forget_old()
            present = self._present and now - self._present_s < 2.0
            self._happened(self._session.step(now, present=present))
            idle = self._session.state is State.ATTRACT
            self.mirror.pace_s = ATTRACT_PACE_S if idle else 0.0
            self._publish()
            ending = self.settings.restart
        if ending is not None and ending.due(self._now(), idle=idle):
            self.restart("The day is over.")

    def _tick(self) -> None:
        while not self._ended.wait(TICK_S):
            self.step()
            if self.settings.signs is not None:
                beat(self.settings.signs)

    def _notes(self, result: FrameResult, taken: CameraFrame) -> Mapping[str, Any]:
        """What the page is told with a frame; on the mirror's thread."""
        shorter = min(result.image.shape[:2])
        with self._guard:
            seen = self._presence.update(result.seen, shorter, taken.captured_s)
            self._present, self._present_s = seen.present, self._clock()
            gesturing = Gesturing()
            if self.settings.gestures:
                gesturing = self._gestures.update(result.seen.hands, shorter, taken.captured_s)
            for gesture in gesturing.done:
                self._gestured(gesture)
            return {
                "session": self._session.state.value,
                "present": seen.present,
                "nearness": round(seen.nearness, 3),
                "hands": seen.hands,
                "gesture": {
                    "armed": gesturing.armed,
                    "doing": gesturing.doing.value if gesturing.doing else None,
                    "progress": round(gesturing.progress, 3),
                    "done": [gesture.value for gesture in gesturing.done],
                    "hand": gesturing.hand.value if gesturing.hand else None,
                    "at": _place_of(gesturing, result),
                },
            }

    def _gestured(self, gesture: Gesture) -> None:
        self._act()
        self._tell({"event": "gesture", "gesture": gesture.value})
        if gesture is Gesture.HOLD:
            self._tell({"event": "capture"})
        elif gesture in (Gesture.LEFT, Gesture.RIGHT):
            self._choose(
                self._choice.step(self.settings.tray, 1 if gesture is Gesture.LEFT else -1)
            )
        elif gesture is Gesture.PINCH and self._choice.pieces:
            try:
                self._choose(self._choice.next_metal())
            except ParureError as error:  # this piece is not made in that metal
                self._refuse(error)

    def _choice_after(self, command: commands.Command) -> Choice:
        choice = self._choice
        if isinstance(command, commands.Wear):
            place = Place(command.finger, command.hand, command.ear)
            return choice.wear(command.product, command.options, place, also=command.also)
        if isinstance(command, commands.SetOption):
            return choice.set_option(command.option, command.value)
        if isinstance(command, commands.Move):
            return choice.move(_moved(choice.active_piece().place, command))
        if isinstance(command, commands.Select):
            return choice.select(command.piece)
        if isinstance(command, commands.TakeOff):
            return choice.take_off(command.piece)
        if isinstance(command, commands.Step):
            return choice.step(self.settings.tray, 1 if command.do == "next" else -1)
        if isinstance(command, commands.Undo):
            return choice.undo()
        told = commands.Still | commands.KeepDesign | commands.Shown | commands.Alive
        if isinstance(command, told):
            raise KioskError(f'"{command.do}" is answered to whoever asks, not obeyed.')
        return choice

    def _act(self) -> None:
        """Somebody has done something: they are there."""
        self._happened(self._session.step(self._clock(), present=False, acted=True))

    def _choose(self, choice: Choice) -> None:
        before, self._choice = self._choice, choice
        if choice.pieces != before.pieces:
            for piece in choice.pieces:
                if piece not in before.pieces:
                    self.use.count(f"worn:{piece.product}")
            self._preparing += 1
            self._refusal = None
            pieces = choice.pieces
            wearing = self.mirror.wear(lambda: [piece.wearable() for piece in pieces])
            wearing.add_done_callback(lambda done: self._dressed(pieces, done))
        self._publish()

    def _dressed(self, pieces: tuple[Piece, ...], done: Future[bool]) -> None:
        """A set is worn, was overtaken by another, or cannot be worn; on the dressing thread."""
        error = None if done.cancelled() else done.exception()
        with self._guard:
            self._preparing -= 1
            if isinstance(error, ParureError) and pieces == self._choice.pieces:
                self._choice = self._choice.undo()
                self._refuse(error)
            self._publish()

    def _refuse(self, error: ParureError) -> None:
        self._refusal = {"error": type(error).__name__, "message": str(error)}

    def _happened(self, events: tuple[Event, ...]) -> None:
        for event in events:
            if event is Event.WOKEN:
                self._gestures.forget()
            elif event is Event.BEGUN:
                self.use.count("session")
            elif event is Event.FORGOTTEN:
                self._forget()
            self._tell({"event": event.value})
        if events:
            self._publish()

    def _forget(self) -> None:
        """Privacy reset: nothing of the client remains."""
        self.handover.forget_all()
        self._put_away()
        if self.settings.paired_for_a_session:
            self.pairing.revoke_role(Role.REMOTE)
        personal = self._choice.is_personal
        self._choice = Choice()
        self._refusal = None
        self._events.clear()
        self._gestures.forget()
        self.mirror.forget(thoroughly=personal)
        if personal:
            forget_models()
        threading.Thread(target=give_back, name="kiosk-memory", daemon=True).start()

    def _put_away(self) -> None:
        self._looking = False
        self.stills.publish(None)

    def _faulted(self, fault: Fault) -> None:
        self.use.count(f"fault:{fault.part}")
        when = self._now().isoformat(timespec="seconds")
        self._recovered.append({"part": fault.part, "why": fault.why, "when": when})

    def _tell(self, event: dict[str, Any]) -> None:
        self._event_count += 1
        self._events = [*self._events, {"number": self._event_count, **event}][-EVENTS_KEPT:]

    def _publish(self) -> None:
        """Publish the state if it is another one."""
        standing = self._session.standing(self._clock())
        figures = self.mirror.figures()
        state = {
            "type": "state",
            "session": {
                "state": standing.state.value,
                "number": standing.number,
                "left_s": None if standing.left_s is None else round(standing.left_s),
            },
            "pieces": [_piece_json(piece) for piece in self._choice.pieces],
            "active": self._choice.active,
            "undo": bool(self._choice.before),
            "preparing": self._preparing > 0,
            "looking": self._looking,
            "refusal": self._refusal,
            "tray": list(self.settings.tray),
            "events": list(self._events),
            "gestures": self.settings.gestures,
            "orientation": self.settings.orientation,
            "camera_problem": figures.camera_problem,
        }
        if state != self._published:
            self._published = state
            self.states.publish(state)


def _place_of(gesturing: Gesturing, result: FrameResult) -> tuple[float, float] | None:
    """Where the hand is that does something: shares of the image's width and height."""
    hands = [hand for hand in result.seen.hands if hand.hand is gesturing.hand]
    if not hands or (gesturing.doing is None and not gesturing.done):
        return None
    height, width = result.image.shape[:2]
    x, y = palm_middle_px(max(hands, key=palm_px)) / (width, height)
    return round(float(x), 3), round(float(y), 3)


def _moved(place: Place, command: commands.Move) -> Place:
    moved = place
    if command.finger is not None:
        moved = replace(moved, finger=command.finger)
    if command.hand is not None:
        moved = replace(moved, hand=None if command.hand == "any" else command.hand)
    if command.ear is not None:
        moved = replace(moved, ear=None if command.ear == "both" else command.ear)
    return moved


def _piece_json(piece: Piece) -> dict[str, Any]:
    item, place = product_of(piece.product), piece.place
    return {
        "product": item.id,
        "name": item.name,
        "family": item.family,
        "anchor": item.anchor.value,
        "hash": piece.configuration.hash,
        "options": dict(piece.configuration.options),
        "idle": list(idle_options(piece.configuration)),
        "finger": place.finger.value,
        "hand": place.hand.value if place.hand else None,
        "ear": place.ear.value if place.ear else None,
    }
