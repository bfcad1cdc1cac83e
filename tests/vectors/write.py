"""`python -m tests.vectors.write`: every golden vector anew."""

from __future__ import annotations

import sys

from tests.vectors.golden import SUBJECTS, write

for subject in sys.argv[1:] or SUBJECTS:
    write(subject)
