"""A house's theme: what it may change, what is refused, and the sheet it makes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from viewer.errors import InvalidTheme
from viewer.theme import DARK, LIGHT, READ_ON_PAPER, contrast, read_theme, theme

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 12"><path d="M0 12h60"/></svg>'
AURORE = """
name = "Maison Aurore"
logo = "aurore.svg"
radius_px = 4

[light]
paper = "#fbf7f4"
accent = "#7a2e3f"

[dark]
accent = "#e3a9b4"
"""


def written(folder: Path, text: str, logo: str = LOGO) -> Path:
    (folder / "aurore.svg").write_text(logo, "utf-8")
    path = folder / "theme.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def dressed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    monkeypatch.setenv("PARURE_THEME", str(written(tmp_path, AURORE)))
    theme.cache_clear()
    app = create_app({"STORE": str(tmp_path / "store")})
    yield app.test_client()
    app.extensions["parure"].close()
    theme.cache_clear()


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1.0


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_the_house_s_own_colours_can_be_read(colours: object) -> None:
    for name in READ_ON_PAPER:
        assert contrast(getattr(colours, name), colours.paper) >= 4.5  # type: ignore[attr-defined]


def test_the_house_s_own_colours_are_those_of_the_style_sheet() -> None:
    sheet = (Path(__file__).parent.parent / "static/css/palette.css").read_text("utf-8")
    for colours in (LIGHT, DARK):
        for name, value in colours.model_dump().items():
            assert f"--{name.replace('_', '-')}: {value};" in sheet


def test_pages_wear_the_theme(dressed: FlaskClient) -> None:
    page = dressed.get("/").text
    assert "<title>Maison Aurore</title>" in page
    assert 'alt="Maison Aurore"' in page
    sheet = dressed.get(f"/{theme().sheet}")
    assert sheet.mimetype == "text/css"
    assert "immutable" in sheet.headers["Cache-Control"]
    assert "--paper:#fbf7f4;" in sheet.text
    assert "--radius:4px;" in sheet.text
    assert sheet.text.index("#7a2e3f") < sheet.text.index("#e3a9b4")
    assert '"brand":{"@type":"Brand","name":"Maison Aurore"}' in dressed.get("/p/band").text
    logo = dressed.get(f"/theme/{theme().logo}")
    assert (logo.mimetype, logo.text) == ("image/svg+xml", LOGO)
    assert dressed.get("/theme-0000000000.css").status_code == 404
    assert dressed.get("/theme/theme.toml").status_code == 404


def test_without_a_theme_nothing_is_added() -> None:
    assert (theme().name, theme().sheet, theme().files) == ("Parure", None, {})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[light]\naccent = "#c9b48f"', "contrast of 1.8, and words need 4.5"),
        ('[dark]\nink = "#333333"', "dark.ink"),
        ('[light]\naccent = "red"', "light.accent"),
        ('[light]\nshadow = "#000000"', "shadow"),
        ('logo = "missing.svg"', "there is no missing.svg beside it"),
        ('logo = "../secret.svg"', "logo"),
        ('[fonts]\nserif = "aurore.woff2"', "there is no aurore.woff2"),
        ("radius_px = 99", "radius_px"),
        ("name = ", "theme.toml"),
    ],
)
def test_a_theme_that_cannot_be_used_says_what_to_change(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(InvalidTheme, match=reason.replace(".", r"\.")):
        read_theme(written(tmp_path, text))


@pytest.mark.parametrize(
    "inside", ["<script/>", '<a href="https://x.example"/>', '<g onload="x"/>']
)
def test_a_logo_is_plain_shapes(tmp_path: Path, inside: str) -> None:
    with pytest.raises(InvalidTheme, match="plain shapes"):
        read_theme(written(tmp_path, AURORE, LOGO.replace("<path", f"{inside}<path")))
