"""Errors of try-on.

ParureError
└── TryOnError
    ├── UnusablePhoto       a picture cannot be decoded, or is too large or too small
    ├── UnusableVideo       a video cannot be read or is cut off
    ├── NotWearable         try-on does not place what is worn here
    ├── TakeAgain           a photo does not allow measuring; says what to change
    ├── NoCamera            no camera answers at this index
    └── MissingLandmarkModel  a landmark model is not there; says which file and where
"""

from models3d.errors import ParureError


class TryOnError(ParureError):
    """A picture, a video or a camera cannot be used."""


class UnusablePhoto(TryOnError):
    """A picture cannot be decoded, or its size is out of bounds."""


class UnusableVideo(TryOnError):
    """A video cannot be read, or ends in the middle."""


class NotWearable(TryOnError):
    """Try-on does not place what is worn at this part of the body."""


class TakeAgain(TryOnError):
    """A photo does not allow measuring.

    Args:
        reason: what to change, the end of a sentence.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"Take the photo again, because {reason}")


class NoCamera(TryOnError):
    """No camera answers at this index."""


class MissingLandmarkModel(TryOnError):
    """A landmark model is missing or is not the one expected."""
