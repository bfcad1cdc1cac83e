"""What the fitting room is told: words, consent, choices; and how it can be checked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.headers import SOURCES
from tests.serving import application
from tryon.sizing.references import references
from viewer.catalogue import PRODUCTS
from viewer.errors import InvalidTheme
from viewer.language import LANGUAGES, fitting_words, script_words
from viewer.theme import read_theme, theme

TELLING = "What happens to your picture: it is looked at here, and nowhere else."
DRESSED = f"""name = "Maison Aurore"
privacy = "https://www.aurore.example/privacy"

[consent]
en = "{TELLING}"
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with application(tmp_path_factory.mktemp("store")) as app:
        yield app.test_client()


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_product_can_be_tried_on(client: FlaskClient, product: str) -> None:
    told = client.get("/api/v1/fitting", query_string={"product": product}).json
    (piece,) = told["pieces"].values()
    assert piece["anchor"] == PRODUCTS[product].anchor.value
    for choice in piece["choices"]:
        assert choice["usual"] in [value for value, _ in choice["values"]]
    measured = [word for word, _ in piece["references"] if word]
    assert set(measured) <= set(references())
    assert bool(measured) == (piece["anchor"] in ("finger", "wrist"))


def test_a_set_is_told_at_once_and_nothing_or_too_much_is_refused(client: FlaskClient) -> None:
    asked = {"product": ["band", "solitaire", "band"]}
    assert [*client.get("/api/v1/fitting", query_string=asked).json["pieces"]] == asked["product"][
        :2
    ]
    assert client.get("/api/v1/fitting").status_code == 400
    assert client.get("/api/v1/fitting?product=tiara").status_code == 404
    many = {"product": [str(number) for number in range(25)]}
    assert client.get("/api/v1/fitting", query_string=many).status_code == 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_the_room_come_with_it_and_not_with_every_page(
    client: FlaskClient, language: str
) -> None:
    told = client.get(f"/api/v1/fitting?product=band&lang={language}").json
    assert told["words"] == fitting_words(language)
    if language == "en":
        assert told["words"] == {}
    else:
        assert "Hold still for a moment." in told["words"]
        assert told["words"].keys().isdisjoint(script_words(language))
        assert told["consent"] != client.get("/api/v1/fitting?product=band").json["consent"]


def test_the_house_asks_in_its_own_words_and_who_agreed_to_others_is_asked_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = client.get("/api/v1/fitting?product=band").json
    assert (before["house"], before["privacy"]) == ("Parure", None)
    path = tmp_path / "theme.toml"
    path.write_text(DRESSED)
    monkeypatch.setenv("PARURE_THEME", str(path))
    theme.cache_clear()
    try:
        own = client.get("/api/v1/fitting?product=band").json
        french = client.get("/api/v1/fitting?product=band&lang=fr").json
        assert (own["house"], own["consent"]) == ("Maison Aurore", TELLING)
        assert own["privacy"] == "https://www.aurore.example/privacy"
        assert own["agreement"] != before["agreement"]
        assert "appareil" in french["consent"]  # never in a language that is not the page's
        page = client.get("/privacy/try-on").text
        assert TELLING in page
        assert 'href="https://www.aurore.example/privacy"' in page
    finally:
        theme.cache_clear()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[consent]\nes = "Lo que pasa con su imagen."', "consent.es: pages speak en, fr"),
        ('[consent]\nen = "Yes?"', "consent.en"),
        ('privacy = "http://aurore.example"', "privacy"),
        ("privacy = 'https://aurore.example/\"onclick'", "privacy"),
    ],
)
def test_a_consent_that_cannot_be_used_says_what_to_change(
    tmp_path: Path, text: str, reason: str
) -> None:
    path = tmp_path / "theme.toml"
    path.write_text(text)
    with pytest.raises(InvalidTheme, match=reason):
        read_theme(path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_promised_can_be_checked_by_what_the_page_says(
    client: FlaskClient, language: str
) -> None:
    answer = client.get(f"/privacy/try-on?lang={language}")
    rule = f"connect-src {SOURCES['connect-src']}"
    assert rule.replace("'", "&#39;") in answer.text
    assert rule in answer.headers["Content-Security-Policy"]
