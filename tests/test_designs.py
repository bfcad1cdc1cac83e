"""Short codes, signed links, the webhook and the pages of several designs."""

import hashlib
import hmac
import json
import re
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.webhook import Hook, Messenger, signed, webhook_setting
from tests.chromium import wait
from tests.house import KEY, House
from tests.serving import application
from viewer.catalogue import product
from viewer.configuration import configure
from viewer.designs import ALPHABET, CODE_LETTERS, find_design, keep_design
from viewer.errors import UnknownDesign, WrongSetting
from viewer.store import Store


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with application(tmp_path_factory.mktemp("store")) as made:
        yield made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def piece(client: FlaskClient, product: str = "band", **options: str) -> str:
    answer = client.post("/api/v1/configurations", json={"product": product, "options": options})
    return str(answer.get_json()["hash"])


def test_the_same_design_has_the_same_code_and_another_another(tmp_path: Path) -> None:
    store = Store(tmp_path, "edition")
    designs = [configure("band", {"width": str(width)}) for width in (3, 4, 5)]
    for design in designs:
        store.remember(design)
    codes = [keep_design(store, KEY, [design]) for design in (*designs, designs[0])]
    assert codes[0] == codes[3]
    assert len(set(codes)) == 3
    assert all(len(code) == CODE_LETTERS and set(code) <= set(ALPHABET) for code in codes)
    assert not set("ILOU01") & set(ALPHABET)
    together = keep_design(store, KEY, designs)
    assert find_design(store, together) == tuple(designs)
    assert keep_design(store, b"another house's secret", [designs[0]]) != codes[0]


@pytest.mark.parametrize("code", ["", "ABC", "../../x", "AAAAAAAA", "ILOUILO", "ÄÖÜÄÖÜÄ"])
def test_a_code_that_stands_for_nothing_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(UnknownDesign):
        find_design(Store(tmp_path, "edition"), code)


def test_a_code_opens_its_design_however_it_is_written(client: FlaskClient) -> None:
    saved = client.post("/api/v1/designs", json={"pieces": [piece(client, width="3.5")]}).get_json()
    code = saved["code"]
    for written in (code, code.lower(), f"{code[:3]}-{code[3:]}", f" {code[:4]} {code[4:]} "):
        answer = client.get(f"/d/{written}")
        assert (answer.status_code, answer.headers["Location"]) == (
            302,
            "/configure/band?width=3.5",
        )
    assert client.get(f"/d/{code}?sig=0000&at=1").status_code == 403
    assert client.get(f"/api/v1/designs/{code}").get_json() == saved


def test_saving_is_bounded_for_each_visitor(client: FlaskClient) -> None:
    design = {"pieces": [piece(client)]}
    here = {"X-Forwarded-For": "198.51.100.7"}
    statuses = [
        client.post("/api/v1/designs", json=design, headers=here).status_code for _ in range(45)
    ]
    assert statuses[:40] == [200] * 40
    assert statuses[-1] == 429
    elsewhere = {"X-Forwarded-For": "198.51.100.8"}
    assert client.post("/api/v1/designs", json=design, headers=elsewhere).status_code == 200


def test_two_designs_are_compared_and_pieces_worn_together_add_up(client: FlaskClient) -> None:
    first, second = piece(client), piece(client, width="5", metal="platinum_950")
    page = client.get(f"/compare?piece={first}&piece={second}").get_data(as_text=True)
    assert "5\u00a0mm" in page
    assert "Platinum 950" in page
    assert client.get(f"/compare?piece={first}").status_code == 422
    assert client.get("/together?piece=" + "0" * 64).status_code == 404
    totals = [
        client.post(
            "/api/v1/configurations", json={"product": "band", "options": options}
        ).get_json()["price"]["total"]
        for options in ({}, {"width": "5", "metal": "platinum_950"})
    ]
    both = client.get(f"/together?piece={first}&piece={second}", headers={"Accept-Language": "en"})
    assert f"{sum(map(float, totals)):,.2f}" in both.get_data(as_text=True)
    code = client.post("/api/v1/designs", json={"pieces": [first, second]}).get_json()["code"]
    assert client.get(f"/d/{code}").headers["Location"] == f"/together?piece={first}&piece={second}"


def links(page: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', page)]


def test_a_piece_of_a_set_is_changed_and_taken_back_to_its_place(client: FlaskClient) -> None:
    first, second = piece(client), piece(client, width="5")
    page = client.get(f"/together?piece={first}&piece={second}").get_data(as_text=True)
    ways = [link for link in links(page) if link.startswith("/configure/")]
    assert ways == [
        f"/configure/band?with=this&with={second}",
        f"/configure/band?width=5&with={first}&with=this",
    ]
    changing = client.get(ways[1], headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Back to what it is worn with" in changing
    assert 'data-value="width">5\u00a0mm' in changing


def test_what_is_proposed_beside_a_ring_is_a_stack_and_a_parure(client: FlaskClient) -> None:
    first = piece(client, metal="platinum_950")
    page = client.get(f"/together?piece={first}", headers={"Accept-Language": "en"})
    proposed = re.findall(
        r'<a href="/together\?piece=(\w+)&amp;piece=(\w+)">.*?class="name">([^<]+)<',
        page.get_data(as_text=True),
    )
    assert {own for own, *_ in proposed} == {first}
    store = client.application.extensions["parure"].store
    pieces = [store.configuration(other) for _, other, _ in proposed]
    families = [product(one.product).family for one in pieces]
    assert families == ["ring"] * 8 + ["necklace", "earring", "bracelet", "watch"]
    assert {one.options["metal"] for one in pieces[:8]} == {"platinum_950"}
    assert [name for _, other, name in proposed if other == first] == ["Wedding band, once more"]


@pytest.mark.parametrize("path", ["/compare", "/together"])
def test_another_language_shows_the_same_pieces(client: FlaskClient, path: str) -> None:
    asked = f"{path}?piece={piece(client)}&piece={piece(client, width='5')}"
    page = client.get(asked).get_data(as_text=True)
    assert any(link.endswith(f"{asked}&lang=ja") for link in links(page))
    (ways,) = [link for link in links(page) if link.startswith("/languages")]
    assert f"{asked}&lang=fr" in links(client.get(ways).get_data(as_text=True))


def test_an_enquiry_reaches_the_house_signed_and_is_kept_nowhere(tmp_path: Path) -> None:
    with House() as house, application(tmp_path, WEBHOOK=Hook(house.address, KEY)) as app:
        client = app.test_client()
        asked = {
            "kind": "appointment",
            "pieces": [piece(client)],
            "name": "Ada Example",
            "contact": "ada@example.org",
            "wish": "On Thursday?",
        }
        answer = client.post("/api/v1/enquiries", json=asked)
        assert answer.status_code == 200
        wait(lambda: len(house.received) == 2, "the house takes it at the second try")
        word, body = house.received[-1]
        moment = int(word.removeprefix("t=").partition(",")[0])
        right = hmac.new(KEY, f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        assert word == f"t={moment},v1={right}" == signed(KEY, moment, body)
        told = json.loads(body)
        assert (told["name"], told["wish"], told["kind"]) == (
            "Ada Example", "On Thursday?", "appointment",
        )  # fmt: skip
        assert told["pieces"][0]["product"] == "band"
        path = told["link"].partition("localhost")[2]
        assert client.get(path).headers["Location"] == "/configure/band"
        assert client.get(path.replace("at=", "at=1")).status_code == 403
        assert 'id="enquiry"' in client.get("/configure/band").get_data(as_text=True)
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"Ada" not in kept
    assert b"Thursday" not in kept


def test_without_a_webhook_the_page_offers_a_letter(client: FlaskClient) -> None:
    page = client.get("/configure/band").get_data(as_text=True)
    assert "mailto:" in page
    assert 'id="enquiry"' not in page
    asked = {"kind": "question", "pieces": [piece(client)], "name": "A", "contact": "a@b.c"}
    assert client.post("/api/v1/enquiries", json=asked).status_code == 501


def test_a_message_that_is_refused_is_given_up_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ended = threading.Event()
    begun: list[threading.Thread] = []
    messenger = Messenger(Hook("http://127.0.0.1:9/", KEY), ended.is_set, begun.append, (0.0,))
    messenger.hand_over(b'{"name":"Ada"}')
    wait(lambda: "it is lost" in caplog.text, "it is given up")
    ended.set()
    begun[0].join(5)
    assert "Ada" not in caplog.text


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("ftp://x", "k" * 20),
        ("https://", "k" * 20),
        ("https://u:p@x/", "k" * 20),
        ("https://x", ""),
    ],
)
def test_a_wrong_webhook_is_told_at_the_start(
    monkeypatch: pytest.MonkeyPatch, address: str, key: str
) -> None:
    monkeypatch.setenv("PARURE_WEBHOOK", address)
    monkeypatch.setenv("PARURE_WEBHOOK_KEY", key)
    with pytest.raises(WrongSetting):
        webhook_setting()
