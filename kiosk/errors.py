"""Errors of the kiosk.

ParureError
└── KioskError
    ├── NotPaired       this device may not see or steer the mirror
    ├── TooManyTries    codes or PINs are tried too often
    ├── NothingHere     a picture that was handed over once, has expired or never was
    └── CannotStart     the kiosk lacks a screen, a browser or a setting
"""

from models3d.errors import ParureError


class KioskError(ParureError):
    """The kiosk refuses something, or cannot do it."""


class NotPaired(KioskError):
    """This device may not see or steer the mirror."""


class TooManyTries(KioskError):
    """Codes or PINs are tried too often.

    Args:
        retry_after_s: when to try again.
    """

    def __init__(self, retry_after_s: float) -> None:
        self.retry_after_s = max(1, round(retry_after_s))
        super().__init__(
            f"Too many attempts: try again in {self.retry_after_s} s, with the code that is shown "
            "then."
        )


class NothingHere(KioskError):
    """A picture was fetched before, has expired, or never was here."""


class CannotStart(KioskError):
    """The kiosk lacks a screen, a browser or a setting."""
