"""What the tests of the renderer share."""

from collections.abc import Iterator

import pytest

from models3d.mesh import Model
from models3d.rings import Band, Solitaire, build_band, build_solitaire
from viewer.render.renderer import Renderer


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as created:
        yield created


@pytest.fixture(scope="module")
def ring() -> Model:
    return build_solitaire(Solitaire())


@pytest.fixture(scope="module")
def band() -> Model:
    return build_band(Band())
