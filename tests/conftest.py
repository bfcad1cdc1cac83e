"""What tests of the renderer share, tests in a browser, and tests of the service."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from models3d.mesh import Model
from models3d.rings.band import Band
from models3d.rings.solitaire import Solitaire
from tests.chromium import chromium
from tests.serving import application
from tests.viewing import Shop, first_view, selling
from viewer.render.renderer import Renderer
from viewer.render.surface import Level, Surface

# The same examples in every run, however slow the machine is: what fails once fails always.
settings.register_profile(
    "the same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("the same")


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as created:
        yield created


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Coarser meshes are waited for: two drawings differ by nothing but what a test changes."""
    level = Surface.level

    def waited(surface: Surface, left_out: float) -> Level:
        level(surface, left_out)
        surface.settle()
        return level(surface, left_out)

    monkeypatch.setattr(Surface, "level", waited)


@pytest.fixture(scope="module")
def ring() -> Model:
    return Solitaire().build()


@pytest.fixture(scope="module")
def band() -> Model:
    return Band().build()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with chromium(playwright) as started:
        yield started


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with selling(tmp_path_factory.mktemp("store")) as opened:
        yield opened


@pytest.fixture
def page(viewed: Page) -> Page:
    """The page that a module of the viewer's tests has open, as it was at first."""
    return first_view(viewed)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a module's service."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[FlaskClient]:
    """A service that a module's tests share."""
    with application(folder) as app:
        yield app.test_client()
