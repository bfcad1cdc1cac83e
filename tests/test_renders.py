"""Pictures over HTTP: every view, format and look; what strangers may ask for, and what not."""

import io
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from PIL import Image as Pillow

from cli import main as parure
from models3d.mesh import Material
from tests.serving import application, pixels
from viewer.angles import SIDES, VIEW_NAMES, VIEWS, view_named
from viewer.configuration import build_model, configure
from viewer.errors import InvalidOption, WeakKey
from viewer.look import SHOW_LABEL, Look, shown, shown_material
from viewer.picture_order import OPEN_SIDES_PX, PictureOrder, square
from viewer.signing import is_signed, picture_path, signature, signing_key
from viewer.store import Store

BAND = configure("band")
RING = configure("solitaire")
KEY = b"a key of the house"


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[FlaskClient]:
    with application(folder) as app:
        for configuration in (BAND, RING):
            app.extensions["parure"].store.remember(configuration)
        yield app.test_client()


def address(view: str, query: str = "w=160", hash_: str = BAND.hash) -> str:
    return f"/api/v1/renders/{hash_}/{view}?{query}"


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "assets").rglob("*.*"))


@pytest.mark.gpu
@pytest.mark.parametrize(
    ("extension", "media_type", "mode"),
    [
        ("avif", "image/avif", "RGBA"),
        ("webp", "image/webp", "RGBA"),
        ("png", "image/png", "RGBA"),
        ("jpg", "image/jpeg", "RGB"),
    ],
)
def test_a_picture_comes_in_every_format_and_cut_out_where_that_can_be(
    client: FlaskClient, extension: str, media_type: str, mode: str
) -> None:
    plain = client.get(address(f"0.{extension}"))
    assert (plain.status_code, plain.mimetype) == (200, media_type)
    assert "immutable" in plain.headers["Cache-Control"]
    assert plain.headers["Content-Disposition"].endswith(f'-0.{extension}"')
    reference = pixels(client.get(address("0.png")).data).astype(float)
    image = pixels(plain.data).astype(float)
    assert image.shape == (160, 160, 3)
    assert np.sqrt(((image - reference) ** 2).mean()) < 4.0
    cut = client.get(address(f"hero.{extension}", "w=160&transparent=1"))
    if mode == "RGB":
        assert cut.status_code == 422
        assert "JPEG has no transparency" in cut.json["message"]
        return
    with Pillow.open(io.BytesIO(cut.data)) as picture:
        assert picture.mode == mode
        alpha = np.asarray(picture)[..., 3]
    assert (alpha[:6] == 0).all()
    assert (alpha > 250).mean() > 0.1


def test_the_ratio_multiplies_the_width_and_the_same_picture_has_one_file(
    client: FlaskClient, folder: Path
) -> None:
    first = client.get(address("side.webp", "w=160&dpr=2"))
    assert pixels(first.data).shape == (320, 320, 3)
    before = kept(folder)
    again = client.get(address("side.webp", "w=320"))
    assert again.data == first.data
    assert kept(folder) == before
    older = client.get(address("side.webp", "size=480"))
    assert pixels(older.data).shape == (480, 480, 3)


@pytest.mark.gpu
def test_every_side_shows_another_side_and_fills_the_frame(client: FlaskClient) -> None:
    seen = {}
    for name in SIDES:
        answer = client.get(address(f"{name}.png", "w=160&transparent=1", RING.hash))
        with Pillow.open(io.BytesIO(answer.data)) as picture:
            seen[name] = np.asarray(picture).astype(float)
    for name, image in seen.items():
        rows, columns = np.nonzero(image[..., 3])
        assert max(np.ptp(rows), np.ptp(columns)) > 110, name
        for other, picture in seen.items():
            if {name, other} != {"front", "back"} and other != name:
                assert np.abs(picture - image).mean() > 3.0, (name, other)
    width = {name: np.ptp(np.nonzero(image[..., 3])[1]) for name, image in seen.items()}
    assert width["side"] < 0.4 * width["front"]  # a ring is thin from its side


def test_a_detail_holds_the_largest_stone_large_in_its_middle() -> None:
    model = build_model(configure("halo"))
    view = view_named(model, "detail", 1000, 1000)
    (stone,) = [p for p in model.parts if p.slot == "gem" and len(p.model_from_part) == 1]
    placed = view.shown[0].world_from_model.apply(
        stone.mesh.positions @ stone.model_from_part[0, :3, :3].T + stone.model_from_part[0, :3, 3]
    )
    seen = view.intrinsics.project(view.camera_from_world.apply(placed))
    low, high = seen.min(axis=0), seen.max(axis=0)
    np.testing.assert_allclose((low + high) / 2.0, 500.0, atol=1.0)
    assert 350.0 < (high - low).max() < 650.0


@pytest.mark.parametrize(
    ("file", "query", "status", "words"),
    [
        ("36.webp", "", 404, "0 to 35, or hero, front"),
        ("01.webp", "", 404, "no such view"),
        ("below.webp", "", 404, "no such view"),
        ("0.gif", "", 404, "avif, webp, png, jpg"),
        ("0.webp", "w=481", 422, "parure sign"),
        ("0.webp", "w=1440&dpr=2", 422, "2880 x 2880 pixels are drawn for signed"),
        ("0.webp", "w=480&h=320", 422, "480 x 320"),
        ("0.webp", "w=480&dpr=4", 422, "dpr must be one of 1, 2, 3"),
        ("0.webp", "w=wide", 422, 'w must be a whole number; got "wide"'),
        ("0.webp", "w=-480", 422, "w must be a whole number"),
        ("0.webp", "w=99999", 422, "16 to 4096"),
        ("0.webp", "w=4&sig=x", 422, "16 to 4096"),
        ("0.webp", "look=best", 422, "look must be one of true, show"),
        ("0.webp", "transparent=maybe", 422, "transparent must be true or false"),
        ("0.webp", "w=481&sig=" + "0" * 32, 403, "not for this picture"),
        ("0.webp", "w=481&sig=ö", 403, "not for this picture"),
        ("spin.json", "w=500", 422, "160, 240"),
        ("spin.json", "format=gif", 404, "avif"),
    ],
)
def test_what_is_not_on_the_list_is_refused_and_leaves_nothing(
    client: FlaskClient, folder: Path, file: str, query: str, status: int, words: str
) -> None:
    before = kept(folder)
    answer = client.get(address(file, query))
    assert answer.status_code == status
    assert words in answer.json["message"]
    assert answer.json["message"].endswith(".")
    assert answer.headers["Cache-Control"] == "no-store"
    assert kept(folder) == before


def test_strangers_can_ask_for_a_bounded_number_of_pictures_of_a_piece() -> None:
    assert max(OPEN_SIDES_PX) == 2160
    assert len(OPEN_SIDES_PX) * len(VIEW_NAMES) * 4 * 2 * 2 < 10_000
    assert square("0", 480, "webp").is_open
    assert not square("0", 481, "webp").is_open
    assert not PictureOrder("0", 480, 320, "webp").is_open


def test_no_two_pictures_share_a_name() -> None:
    orders = [
        PictureOrder(view, width, height, picture_format, look, transparent)
        for view in VIEW_NAMES
        for width, height in ((160, 160), (160, 161), (1601, 60))
        for picture_format in ("webp", "avif")
        for look in Look
        for transparent in (False, True)
    ]
    names = {order.name for order in orders}
    assert len(names) == len(orders)
    assert all(re.fullmatch(r"[a-z0-9-]+\.(webp|avif)", name) for name in names)
    with pytest.raises(InvalidOption, match="JPEG"):
        PictureOrder("0", 480, 480, "jpg", transparent=True)


@pytest.mark.gpu
def test_a_signed_address_is_drawn_for_its_picture_and_for_no_other(client: FlaskClient) -> None:
    store = client.application.extensions["parure"].store
    order = PictureOrder("hero", 120, 63, "jpg")
    path = picture_path(BAND, order, signing_key(store))
    assert "sig=" in path
    answer = client.get(path)
    assert answer.status_code == 200
    assert pixels(answer.data).shape == (63, 120, 3)
    for before, after in (("w=120", "w=121"), ("hero", "front"), (BAND.hash, RING.hash)):
        assert client.get(path.replace(before, after)).status_code == 403
    assert client.get(path + "&look=show").status_code == 403
    plain = picture_path(BAND, square("0", 480, "webp"), signing_key(store))
    assert "sig" not in parse_qs(urlsplit(plain).query)


def test_a_signature_holds_for_one_picture_one_piece_and_one_key() -> None:
    order = PictureOrder("hero", 1200, 630, "jpg")
    given = signature(KEY, BAND.hash, order)
    assert is_signed(KEY, BAND.hash, order, given)
    assert not is_signed(KEY, RING.hash, order, given)
    assert not is_signed(b"another key of another house", BAND.hash, order, given)
    assert not is_signed(KEY, BAND.hash, PictureOrder("hero", 1200, 631, "jpg"), given)
    assert not is_signed(KEY, BAND.hash, order, "")


def test_the_key_is_made_once_for_its_owner_alone_or_is_the_one_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = [Store(tmp_path, "now") for _ in range(8)]
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda s=s: found.append(signing_key(s))) for s in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert file.stat().st_mode & 0o077 == 0
    assert len(found[0]) == 64
    bucket = Store("memory://signing/keys", "now")
    assert signing_key(bucket) == signing_key(bucket)
    monkeypatch.setenv("PARURE_SIGNING_KEY", "sixteen letters!")
    assert signing_key(stores[0]) == b"sixteen letters!"
    monkeypatch.setenv("PARURE_SIGNING_KEY", "short")
    with pytest.raises(WeakKey, match="at least 16"):
        signing_key(stores[0])


@pytest.mark.gpu
def test_the_command_signs_what_the_service_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARURE_VAR", str(tmp_path))
    monkeypatch.setenv("PARURE_URL", "https://jewels.example/")
    result = CliRunner().invoke(
        parure, ["sign", "band", "--set", "width=5", "--view", "top", "--width", "100"]
    )
    assert result.exit_code == 0, result.output
    link = result.output.strip()
    assert link.startswith("https://jewels.example/api/v1/renders/")
    with application(tmp_path / "store") as app:
        answer = app.test_client().get(link.removeprefix("https://jewels.example"))
    assert answer.status_code == 200
    assert pixels(answer.data).shape == (100, 100, 3)
    refused = CliRunner().invoke(parure, ["sign", "band", "--width", "9000"])
    assert refused.exit_code == 2
    assert "16 to 4096" in refused.output


def test_the_show_look_exaggerates_stones_and_nothing_else() -> None:
    model = build_model(configure("solitaire", {"gem": "ruby"}))
    show = shown(model, Look.SHOW)
    assert shown(model, Look.TRUE) is model
    for before, after in zip(model.parts, show.parts, strict=True):
        if not before.material.is_gem:
            assert after.material is before.material
            continue
        fire = [m.iors()[2] - m.iors()[0] for m in (before.material, after.material)]
        assert fire[1] == pytest.approx(2.0 * fire[0])
        deeper = np.array(after.material.absorption()) / before.material.absorption()
        np.testing.assert_allclose(deeper, 1.35, rtol=1e-6)
    gold = Material("gold", metallic=1.0)
    assert shown_material(gold) is gold
    band = build_model(BAND)
    assert shown(band, Look.SHOW) is band


@pytest.mark.gpu
def test_a_picture_in_the_show_look_says_so_wherever_it_goes(client: FlaskClient) -> None:
    true = client.get(address("detail.webp", "w=160", RING.hash))
    for extension in ("webp", "avif", "png", "jpg"):
        show = client.get(address(f"detail.{extension}", "w=160&look=show", RING.hash))
        with Pillow.open(io.BytesIO(show.data)) as picture:
            assert picture.getexif()[270] == SHOW_LABEL
        assert f"-show.{extension}" in show.headers["Content-Disposition"]
    with Pillow.open(io.BytesIO(true.data)) as picture:
        assert 270 not in picture.getexif()
    colours = [
        np.ptp(pixels(client.get(address("detail.png", f"w=160&look={look}", RING.hash)).data)
               .astype(float), axis=-1).mean()
        for look in Look
    ]  # fmt: skip
    assert colours[1] > 1.1 * colours[0]  # more fire


@pytest.mark.gpu
def test_a_turn_lists_pictures_that_answer(client: FlaskClient, folder: Path) -> None:
    before = kept(folder)
    answer = client.get(address("spin.json", "w=160&dpr=2&format=avif&look=show"))
    document = answer.json
    assert kept(folder) == before  # nothing is drawn for it
    assert (document["width"], document["height"], document["format"]) == (320, 320, "avif")
    assert document["label"] == SHOW_LABEL
    assert [frame["view"] for frame in document["frames"]] == list(range(VIEWS))
    assert document["frames"][9]["azimuth_deg"] == 90.0
    assert set(document["sides"]) == set(SIDES)
    picture = client.get(document["frames"][0]["url"])
    assert pixels(picture.data).shape == (320, 320, 3)
    again = client.get(
        address("spin.json", "w=160&dpr=2&format=avif&look=show"),
        headers={"If-None-Match": answer.headers["ETag"]},
    )
    assert again.status_code == 304
    listed = client.post("/api/v1/configurations", json={"product": "band"}).json["urls"]["spin"]
    assert client.get(listed).json["hash"] == BAND.hash
    description = client.get("/openapi.json").json
    problems = description["paths"]["/api/v1/renders/{configuration_hash}/{view}.{picture_format}"][
        "get"
    ]["responses"]
    assert "Retry-After" in problems["503"]["headers"]
    schemas = description["components"]["schemas"]
    assert set(document) == set(schemas["SpinDocument"]["properties"])
    assert json.loads(client.get(address("spin.json", "")).text)["label"] is None


@pytest.mark.gpu
def test_a_film_can_be_asked_for_in_parts_as_players_do(client: FlaskClient) -> None:
    store = client.application.extensions["parure"].store
    film = bytes(range(256)) * 8
    store.asset(BAND, "model.mp4", lambda: film)
    path = f"/api/v1/models/{BAND.hash}.mp4"
    whole = client.get(path)
    assert (whole.status_code, whole.mimetype) == (200, "video/mp4")
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert "immutable" in whole.headers["Cache-Control"]
    for asked, part in (("0-1", film[:2]), ("100-", film[100:]), ("-5", film[-5:])):
        answer = client.get(path, headers={"Range": f"bytes={asked}"})
        assert (answer.status_code, answer.data) == (206, part)
        assert answer.headers["Content-Range"].endswith(f"/{len(film)}")
        assert answer.headers["ETag"] == whole.headers["ETag"]
    changed = client.get(path, headers={"Range": "bytes=0-1", "If-Range": '"another"'})
    assert (changed.status_code, changed.data) == (200, film)
    beyond = client.get(path, headers={"Range": "bytes=9999-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(film)}"
