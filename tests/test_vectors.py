"""The golden vectors that JavaScript's solver is held against are what Python computes."""

from __future__ import annotations

import pytest

from tests.vectors.golden import FOLDER, SUBJECTS, apart, computed, read


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_committed_vectors_are_what_python_computes_now(subject):
    committed, now = read(subject), computed(subject)
    assert apart(committed, now, subject) is None, "run `make vectors`, and port what changed"


def test_vectors_stay_small():
    assert sum(path.stat().st_size for path in FOLDER.glob("*.json")) < 1 << 20
    assert {path.stem for path in FOLDER.glob("*.json")} == {*SUBJECTS, "seen"}
