"""Errors that a person can act on.

ParureError
├── ModelError           a model cannot be built or read
└── (viewer.errors, tryon.errors add their own)
"""


class ParureError(Exception):
    """Something outside the program is wrong; the message says what and what to do."""


class ModelError(ParureError):
    """A model cannot be built from these parameters, or its file cannot be read."""
