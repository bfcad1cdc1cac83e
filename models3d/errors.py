"""Errors that a person can act on.

ParureError
├── ModelError           a model cannot be built or read
│   └── Unbuildable      these options do not go together
└── (viewer.errors, tryon.errors add their own)
"""


class ParureError(Exception):
    """Something outside the program is wrong; the message says what and what to do."""


class ModelError(ParureError):
    """A model cannot be built from these parameters, or its file cannot be read."""


class Unbuildable(ModelError):
    """These options do not go together; says which of them could give way.

    Args:
        reason: one sentence a client understands, ending in a full stop.
        fields: names of the piece's fields, those to change first at the front.
    """

    def __init__(self, reason: str, fields: tuple[str, ...]) -> None:
        super().__init__(reason)
        self.fields = fields
