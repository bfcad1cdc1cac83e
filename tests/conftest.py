"""What the tests of the renderer share."""

from collections.abc import Iterator

import pytest

from models3d.mesh import Model
from models3d.rings.band import Band
from models3d.rings.solitaire import Solitaire
from viewer.render.renderer import Renderer


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as created:
        yield created


@pytest.fixture(scope="module")
def ring() -> Model:
    return Solitaire().build()


@pytest.fixture(scope="module")
def band() -> Model:
    return Band().build()
