"""The slow looks at an image: bodies below faces, and where people are.

Both nets are optional files. What is missing is said in `notices`, and everything works without
it, less precisely.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models3d.frames import Image
from tryon.nets.face_tracking import LiteFaceTracker
from tryon.nets.person import PersonFinder, outline_mask
from tryon.nets.pose import Body, PoseFinder
from tryon.types import FaceLandmarks, PersonMask, Seen

STREAM_BODIES, PHOTO_BODIES = 1, 4
NO_POSE = (
    "The pose nets are not installed: shoulders and forearms are judged from the face and the "
    "hand alone. 'make setup' obtains them."
)
NO_SEGMENTATION = (
    "The segmentation net is not installed: hair and clothes are told from skin by their colour "
    "alone. 'make setup' obtains it."
)


class HeavyNets:
    """Looks for bodies and people in one stream of unmirrored frames, or in single photos.

    Args:
        bodies: look for them.
        person: look for the outline of people.
        find_faces: nobody else looks for faces, on which bodies hang: do so here.
        streaming: one quick look at the largest person; otherwise several at up to 4.
        threads: that one net may use.
    Raises:
        MissingLandmarkModel: a net's file is altered, or the face bundle is missing.
    """

    def __init__(
        self, *, bodies: bool, person: bool, find_faces: bool, streaming: bool, threads: int
    ) -> None:
        notices = []
        self._streaming = streaming
        self._pose = self._people = None
        if bodies and (model := PoseFinder.model_for(streaming)) is not None:
            self._pose = PoseFinder(model, streaming=streaming, threads=threads)
        elif bodies:
            notices.append(NO_POSE)
        if person and (model := PersonFinder.model()) is not None:
            self._people = PersonFinder(model, streaming=streaming, threads=threads)
        elif person:
            notices.append(NO_SEGMENTATION)
        self._outlines = person and self._people is None
        wants_faces = find_faces and self._pose is not None
        self._faces = LiteFaceTracker(streaming=streaming, threads=threads) if wants_faces else None
        self.notices = tuple(notices)

    def see(self, image: Image, faces: Sequence[FaceLandmarks], time_ms: float) -> Seen:
        """The bodies and people of one image; nothing else.

        Args:
            image: (h, w, 3) RGB, unmirrored.
            faces: in this image; unused where they are found here.
            time_ms: when it was taken.
        """
        if self._faces is not None:
            faces = self._faces.detect(image, time_ms)
        bodies = self._bodies(image, faces, time_ms)
        return Seen(
            bodies=tuple(body.landmarks for body in bodies),
            person=self._person(image, faces, bodies, time_ms),
        )

    def close(self) -> None:
        """Forget the stream. Closing twice is fine."""
        if self._faces is not None:
            self._faces.close()

    def _bodies(self, image: Image, faces: Sequence[FaceLandmarks], time_ms: float) -> list[Body]:
        if self._pose is None:
            return []
        largest = sorted(faces, key=lambda face: -float(np.ptp(face.points_px, axis=0).max()))
        looked_at = largest[: STREAM_BODIES if self._streaming else PHOTO_BODIES]
        found = (
            self._pose.find(image, face, [one for one in faces if one is not face], time_ms)
            for face in looked_at
        )
        return [body for body in found if body is not None]

    def _person(
        self,
        image: Image,
        faces: Sequence[FaceLandmarks],
        bodies: Sequence[Body],
        time_ms: float,
    ) -> PersonMask | None:
        if self._people is not None:
            return self._people.find(image, faces, bodies, time_ms)
        # a pose net knows one person: with others in view its outline would call them background
        alone = self._outlines and len(bodies) == len(faces) > 0
        return outline_mask(image, bodies, time_ms) if alone else None
