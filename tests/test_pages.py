"""Pages over HTTP: what they hold, how small they are, what their policy forbids."""

import gzip
import json
import re
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import LanguageAccept

import api
from api import headers, pages
from api.controls import local_size_system
from tests.serving import application
from viewer.catalogue import PRODUCTS
from viewer.configuration import configure

SHELL_BYTES = 5 * 1024


def test_a_page_may_be_allowed_more_and_the_error_in_its_place_may_not(tmp_path: Path) -> None:
    with application(tmp_path) as app:

        @app.get("/nets/<int:status>")
        def nets(status: int) -> tuple[str, int]:
            headers.allow(script_src="'wasm-unsafe-eval'")
            return "", status

        client = app.test_client()
        policies = [
            client.get(path).headers["Content-Security-Policy"]
            for path in ("/nets/200", "/nets/500", "/")
        ]
    assert [("script-src 'self' 'wasm-unsafe-eval';" in one) for one in policies] == [
        True, False, False,
    ]  # fmt: skip
    assert policies[1] == policies[2] == policies[0].replace(" 'wasm-unsafe-eval'", "")


@pytest.mark.parametrize("path", ["/", *(f"/p/{product}" for product in PRODUCTS)])
def test_a_page_needs_nothing_that_its_policy_forbids(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert not re.search(r"\sstyle=|\son\w+=|<style", page)
    for script in re.findall(r"<script[^>]*>", page):
        assert 'src="/static/' in script or re.search(r'type="application/(ld\+)?json"', script)
    told = re.sub(r'<link rel="(?:alternate|canonical)"[^>]*>', "", page)  # never fetched
    addresses = re.findall(r'(?:src|href|action)="([^"]*)"', told)
    assert addresses
    assert not [address for address in addresses if not re.match(r"[/#](?!/)", address)]


@pytest.mark.parametrize("path", ["/", "/p/solitaire"])
def test_pictures_have_their_place_before_they_come(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    pictures = re.findall(r"<picture>.*?</picture>", page, re.S)
    assert pictures
    for picture in pictures:
        avif, webp = re.search(r"<source[^>]*>.*?(<img [^>]*>)", picture, re.S).group(0, 1)
        assert 'width="960" height="960"' in webp
        assert "alt=" in webp
        for tag, extension in ((avif, "avif"), (webp, "webp")):
            hints = re.findall(rf"/0\.{extension}\?w=(\d+)[^ ]* (\d+)w", tag)
            assert [hint[0] for hint in hints] == ["480", "720", "960", "1440"]
            assert all(width == hint for width, hint in hints)
    assert len(pictures) == len(re.findall(r'<img src="/api', page))


def test_what_a_page_names_exists_and_comes_compressed_for_ever(client: FlaskClient) -> None:
    page = client.get("/p/solitaire").text
    names = set(re.findall(r'"(/static/[^"]+)"', page))
    assert {name.rsplit(".", 1)[1] for name in names} == {"js", "css", "woff2", "svg"}
    for name in names:
        answer = client.get(name, headers={"Accept-Encoding": "gzip, br"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert (answer.headers.get("Content-Encoding") == "br") != name.endswith("woff2")


def test_the_shell_of_the_showroom_is_small(client: FlaskClient) -> None:
    plain = client.get("/").data
    packed = client.get("/", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "br"
    assert len(packed.data) <= SHELL_BYTES
    assert brotli.decompress(packed.data) == plain
    older = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(older.data) == plain


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_shells_of_a_product_are_small_in_either_coding(
    client: FlaskClient, product: str
) -> None:
    for path in (f"/p/{product}", f"/configure/{product}"):
        for coding in ("br", "gzip"):
            packed = client.get(path, headers={"Accept-Encoding": coding})
            assert packed.headers["Content-Encoding"] == coding
            assert len(packed.data) <= SHELL_BYTES, (path, coding)


@pytest.mark.parametrize("product", ["solitaire", "dress-watch", "chain"])
def test_what_can_be_chosen_is_a_file_for_ever_that_both_pages_name(
    client: FlaskClient, product: str
) -> None:
    addresses = set()
    for path in (f"/p/{product}", f"/configure/{product}"):
        page = client.get(path, headers={"Accept-Language": "en-US"}).text
        addresses.add(re.search(r'data-choosers="([^"]*)"', page)[1].replace("&amp;", "&"))
    (address,) = addresses
    answer = client.get(address, headers={"Accept-Language": "ja", "Accept-Encoding": "br"})
    assert "immutable" in answer.headers["Cache-Control"]
    assert set(answer.headers["Vary"].split(", ")) == {"Accept-Encoding"}
    text = brotli.decompress(answer.data).decode()
    for option in PRODUCTS[product].options:
        assert f'name="{option.id}"' in text
        for choice in option.choices if option.notation is None else ():
            assert f'value="{choice.id}"' in text
    assert ("US 7" in text) == (product == "solitaire")  # the visitor's sizes, not the reader's
    assert client.get(address.replace("choosers-", "choosers-0")).status_code == 404
    assert client.get(f"{address}0").status_code == 404  # no such system of sizes


def test_one_panel_is_open_and_the_rest_lead_to_theirs_without_scripts(
    client: FlaskClient,
) -> None:
    page = client.get("/p/solitaire?carat=1.5&lang=fr").text
    ways = re.findall(r'href="(/configure/solitaire\?[^"]*open-option=(\w+))#options"', page)
    assert {option for _, option in ways} == {"gem", "carat", "size"}
    for way, option in ways:
        opened = client.get(way.replace("&amp;", "&")).text
        form = re.search(r"<form id=.options.*?</form>", opened, re.S)[0]
        assert re.findall(r'data-option="(\w+)"[^>]* open', form) == [option]
        assert re.search(rf'<(?:input|select)[^>]* name="{option}"', form)
        assert ('<input type="hidden" name="carat" value="1.5">' in form) == (option != "carat")
        assert '<input type="hidden" name="lang" value="fr">' in form


def test_a_product_page_shows_the_configuration_of_its_address(client: FlaskClient) -> None:
    page = client.get("/p/solitaire?carat=1.5&gem=ruby&utm_source=letter").text
    shown = json.loads(re.search(r'id="configuration">(.*?)</script>', page)[1])
    assert shown["options"]["carat"] == "1.5"
    assert shown["hash"] == configure("solitaire", {"carat": 1.5, "gem": "ruby"}).hash
    assert re.search(r'data-value="gem">Ruby<', page)
    assert "utm_source" not in page


def test_a_configuration_in_a_page_cannot_end_its_script(client: FlaskClient) -> None:
    answer = client.get("/p/solitaire?size=</script><b>", headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert "<b>" not in answer.text


def test_who_looks_at_a_page_gets_a_page_for_an_error(client: FlaskClient) -> None:
    answer = client.get("/p/tiara", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "may have left the collection" in answer.text
    assert "pave-solitaire" not in answer.text  # a list for machines
    assert "pave-solitaire" in client.get("/p/tiara").json["message"]
    api_answer = client.get("/api/v1/nothing", headers={"Accept": "text/html"})
    assert api_answer.mimetype == "application/json"


@pytest.mark.parametrize(
    ("language", "system", "first"),
    [("en-US", "US", "US"), ("en-GB", "UK", "UK"), ("ja", "JP", "JP"), ("fr-FR", "EU", "EU")],
)
def test_ring_sizes_are_offered_in_the_local_system_first(
    client: FlaskClient, language: str, system: str, first: str
) -> None:
    assert local_size_system(LanguageAccept([(language, 1.0)])) == system
    page = client.get("/p/band?open-option=size", headers={"Accept-Language": language}).text
    sizes = re.search(r'<select id="option-size".*?</select>', page, re.S)[0]
    words = re.findall(r"<option[^>]*>([^<]*)<", sizes)
    assert len(words) > 15
    assert all(word.startswith(first) for word in words)
    assert len(set(words)) == len(words)
    assert sizes.count("selected") == 1
    assert 'value="EU 54" selected' in sizes


def test_every_size_on_offer_can_be_had(client: FlaskClient) -> None:
    for language in ("en-US", "en-GB", "ja", "de"):
        page = client.get("/p/band?open-option=size", headers={"Accept-Language": language}).text
        sizes = re.search(r'<select id="option-size".*?</select>', page, re.S)[0]
        for value in re.findall(r'value="([^"]*)"', sizes):
            assert configure("band", {"size": value}).options["size"] == value


def test_without_built_pages_the_message_says_what_to_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pages, "STATIC", tmp_path)
    with pytest.raises(RuntimeError, match="make setup"):
        api.create_app()
