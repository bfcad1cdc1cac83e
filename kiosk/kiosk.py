"""Everything behind the mirror's pages: who is there, what they have on, and who may steer it.

    frames ─▶ watching (presence, gestures) ─▶ session ─▶ choice ─▶ mirror.wear
                                                  │
    pages and tablets ─ commands ─────────────────┘──▶ state, published to all of them

Frames are worked on by the service (mirror.py) or by the mirror's own page (page_mirror.py). All
that is known of a client hangs on the session and is dropped when it ends.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from time import monotonic
from typing import Any

from kiosk import commands
from kiosk.broadcast import Broadcast
from kiosk.cameras import CameraFrame, SourceMaker
from kiosk.choice import Piece
from kiosk.errors import KioskError
from kiosk.forgetting import Forgetting
from kiosk.gestures import Gesture
from kiosk.handover import Handover
from kiosk.mirror import Mirror
from kiosk.page_mirror import PageMirror
from kiosk.pairing import Pairing
from kiosk.pictures import MirrorFrame
from kiosk.pulse import beat
from kiosk.session import Event, Session, State
from kiosk.settings import Settings
from kiosk.staff import StaffDoor
from kiosk.standing import Events, state_document
from kiosk.use import DailyUse
from kiosk.vitals import Vitals
from kiosk.wardrobe import Wardrobe
from kiosk.watchdog import Fault, Watchdog
from kiosk.watching import Noted, Sighting, Watching
from kiosk.wishes import choice_after
from models3d.errors import ParureError
from models3d.frames import Image
from tryon.types import FrameResult

TICK_S = 0.25
ATTRACT_PACE_S = 0.2  # five frames a second find who comes
LEAST_S = 1e-3  # between two frames, so that their times only grow


class Kiosk:
    """One mirror; safe to use from many threads.

    Args:
        source: opens the camera, where the service works on frames.
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
        self.vitals = Vitals(clock, now, settings.signs)
        self.page = PageMirror() if settings.on_device else None
        self.mirror: Mirror | PageMirror = self.page or mirror(source, self._notes)
        self._watchdog = (
            Watchdog(self.mirror, give_up, self._faulted)
            if isinstance(self.mirror, Mirror)
            else None  # the page and the launcher look after the page
        )
        self._give_up = give_up
        self._clock, self._now = clock, now
        self._guard = threading.RLock()
        self._session = Session(clock())
        self._watching = Watching(gestures=settings.gestures)
        self._wardrobe = Wardrobe(
            self.mirror,
            self._guard,
            self._publish,
            lambda product: self.use.count(f"worn:{product}"),
        )
        self.forgetting = Forgetting(
            self.mirror,
            self._wardrobe,
            self.handover,
            self.pairing if settings.paired_for_a_session else None,
        )
        self._seen_s = 0.0  # when the last frame of the page was taken
        self._events = Events()
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
        if self._watchdog is not None:
            self._watchdog.start()
        self._ticking = threading.Thread(target=self._tick, name="kiosk-tick", daemon=True)
        self._ticking.start()
        self._publish()

    def close(self) -> None:
        """End everything; nothing of anybody remains. Twice does no harm."""
        self._ended.set()
        if self._ticking is not None:
            self._ticking.join()
        if self._watchdog is not None:
            self._watchdog.close()
        self.pairing.revoke_all()
        with self._guard:
            self._happened(self._session.end(self._clock()))
        self.mirror.close()
        self.states.close()
        self.use.write()

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What the client has on."""
        return self._wardrobe.choice.pieces

    @property
    def session(self) -> int:
        """The number of the session."""
        return self._session.standing(self._clock()).number

    @property
    def now(self) -> datetime:
        """Local date and time."""
        return self._now()

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
                self.stills.publish(None)
                self._publish()
                return
            choice = choice_after(self._wardrobe.choice, command, self.settings.tray)
            self._act()
            if isinstance(command, commands.Capture):
                self._events.tell("capture")
            self._wardrobe.choose(choice)

    def look_at(self, frame: MirrorFrame) -> None:
        """A picture was taken: the tablet sees it too, until it is put away."""
        with self._guard:
            if self.is_idle:  # its client was forgotten meanwhile
                return
            self.stills.publish(frame)
            self._publish()

    def pictured(self, image: Image, session: int, *, taken: bool) -> None:
        """The mirror's page has sent a picture of its client.

        Args:
            session: in which it came; a client who was forgotten since is shown to nobody.
            taken: it was taken, and is looked at.
        """
        with self._guard:
            if self.page is None or self.is_idle or session != self.session:
                return
            frame = self.page.show(image)
            if taken:
                self.look_at(frame)

    def unshown(self, key: str) -> None:
        """The mirror's page cannot show the piece whose configuration has this hash."""
        with self._guard:
            self._wardrobe.lose(key)

    def restart(self, why: str) -> None:
        """End the process, which is started again."""
        self._ended.set()
        self._give_up(why)

    def prepare(self) -> None:
        """While nobody is there, make the first pieces of the tray ready; waits for it."""
        self._wardrobe.prepare(self.settings.tray, lambda: self.is_idle)

    def counted(self, what: str) -> None:
        """Count something that a client did, without anything about the client."""
        self.use.count(what)

    def step(self) -> None:
        """Let time pass."""
        with self._guard:
            now = self._clock()
            self.handover.forget_old()
            self._happened(self._session.step(now, present=self._watching.present(now)))
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

    def watched(self, told: commands.Watched, page: object) -> Noted:
        """The mirror's page has drawn a frame and tells what it found in it.

        Raises:
            KioskError: it is not this page's camera.
        """
        if self.page is None or not self.page.is_eye(page):
            raise KioskError("The mirror has another camera than this page's.")
        self.page.drew(told.delay_ms, told.camera_rate)
        hands = None if told.hands is None else [each.landmarks() for each in told.hands]
        faces = None if told.faces is None else [each.landmarks() for each in told.faces]
        taken_s = self._clock() - 1e-3 * told.delay_ms
        self._seen_s = max(self._seen_s + LEAST_S, taken_s)
        return self._note(Sighting(hands, faces, (told.width, told.height), self._seen_s))

    def _notes(self, result: FrameResult, taken: CameraFrame) -> Mapping[str, Any]:
        """What the page is told with a frame; on the mirror's thread."""
        seen, (height, width) = result.seen, result.image.shape[:2]
        sighting = Sighting(seen.hands, seen.faces, (width, height), taken.captured_s)
        noted = self._note(sighting)
        return {"session": self._session.state.value, **noted.document()}

    def _note(self, sighting: Sighting) -> Noted:
        with self._guard:
            noted = self._watching.note(sighting, self._clock())
            for gesture in noted.gesturing.done:
                self._gestured(gesture)
            return noted

    def _gestured(self, gesture: Gesture) -> None:
        self._act()
        self._events.tell("gesture", gesture=gesture.value)
        if gesture is Gesture.HOLD:
            self._events.tell("capture")
        elif gesture in (Gesture.LEFT, Gesture.RIGHT):
            way = 1 if gesture is Gesture.LEFT else -1
            self._wardrobe.choose(self._wardrobe.choice.step(self.settings.tray, way))
        elif gesture is Gesture.PINCH and self._wardrobe.choice.pieces:
            try:
                self._wardrobe.choose(self._wardrobe.choice.next_metal())
            except ParureError as error:  # this piece is not made in that metal
                self._wardrobe.refuse(error)

    def _act(self) -> None:
        """Somebody has done something: they are there."""
        self._happened(self._session.step(self._clock(), present=False, acted=True))

    def _happened(self, events: tuple[Event, ...]) -> None:
        for event in events:
            if event is Event.WOKEN:
                self._watching.forget_signs()
            elif event is Event.BEGUN:
                self.use.count("session")
            elif event is Event.FORGOTTEN:
                self._forget()
            self._events.tell(event.value)
        if events:
            self._publish()

    def _forget(self) -> None:
        """Nothing of the client remains."""
        self.stills.publish(None)
        self._events.forget()
        self._watching.forget_signs()
        self.forgetting.forget()

    def _faulted(self, fault: Fault) -> None:
        self.recovered(fault.part, fault.why)

    def recovered(self, part: str, why: str) -> None:
        """A part stopped and was started anew."""
        self.use.count(f"fault:{part}")
        self.vitals.recover(part, why)

    def _publish(self) -> None:
        """Publish the state if it is another one."""
        standing = self._session.standing(self._clock())
        state = {
            **state_document(self.settings, standing, self._wardrobe.choice),
            "preparing": self._wardrobe.preparing,
            "looking": self.stills.newest is not None,
            "refusal": self._wardrobe.refusal,
            "events": self._events.document(),
            "camera_problem": self.mirror.figures().camera_problem,
        }
        if state != self._published:
            self._published = state
            self.states.publish(state)
