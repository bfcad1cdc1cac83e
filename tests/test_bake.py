"""What is baked belongs to the code that baked it."""

import re

import pytest

from viewer import bake


def test_an_edition_names_the_code_and_changes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now = bake.edition()
    assert re.fullmatch(r"[0-9a-f]{16}", now)
    fresh = bake.edition.__wrapped__
    assert fresh() == now
    monkeypatch.setattr(bake, "BAKING_CODE", bake.BAKING_CODE[:-1])
    assert fresh() != now


def test_every_kind_of_baking_code_is_there() -> None:
    root = bake.Path(bake.__file__).parent.parent
    assert all(list(root.glob(pattern)) for pattern in bake.BAKING_CODE)
