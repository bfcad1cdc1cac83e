"""Configurations and baked assets outlive a restart, and are baked once."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from viewer.configuration import configure
from viewer.errors import NoStore, UnknownConfiguration, WrongSetting
from viewer.store import Store, assets_limit, store_location

RING = configure("solitaire", {"carat": 1.5})


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_configuration_is_known_after_a_restart(tmp_path: Path) -> None:
    Store(tmp_path, "now").remember(RING)
    assert Store(tmp_path, "later").configuration(RING.hash) == RING


@pytest.mark.parametrize("text", ["", "0" * 64, "../../etc/passwd", RING.hash.upper(), "a" * 65])
def test_a_hash_that_nobody_configured_is_refused(tmp_path: Path, text: str) -> None:
    store = Store(tmp_path, "now")
    store.remember(RING)
    with pytest.raises(UnknownConfiguration, match="configure the piece again"):
        store.configuration(text)


def test_a_configuration_whose_product_is_gone_is_unknown(tmp_path: Path) -> None:
    store = Store(tmp_path, "now")
    store.remember(RING)
    (written,) = files(tmp_path)
    written.write_text(written.read_text().replace("solitaire", "trilogy"))
    with pytest.raises(UnknownConfiguration):
        store.configuration(RING.hash)


def test_an_asset_is_baked_once_and_found_after_a_restart(tmp_path: Path) -> None:
    baked = []

    def bake() -> bytes:
        baked.append(1)
        return b"picture"

    assert not Store(tmp_path, "now").has_asset(RING, "a.webp")
    for _ in range(2):
        assert Store(tmp_path, "now").asset(RING, "a.webp", bake) == b"picture"
    assert len(baked) == 1
    assert Store(tmp_path, "now").has_asset(RING, "a.webp")


def test_many_who_ask_at_once_wait_for_one_baker(tmp_path: Path) -> None:
    store = Store(tmp_path, "now")
    baked, go = [], threading.Event()

    def bake() -> bytes:
        go.wait(5)
        baked.append(1)
        return b"x" * 1000

    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(store.asset, RING, "a.webp", bake) for _ in range(8)]
        go.set()
        assert {future.result() for future in asked} == {b"x" * 1000}
    assert len(baked) == 1


def test_a_baker_that_fails_leaves_nothing_and_the_next_one_tries(tmp_path: Path) -> None:
    store = Store(tmp_path, "now")

    def fail() -> bytes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.asset(RING, "a.webp", fail)
    assert files(tmp_path) == []
    assert store.asset(RING, "a.webp", lambda: b"good") == b"good"


def test_newer_code_does_not_see_what_older_code_baked(tmp_path: Path) -> None:
    Store(tmp_path, "old").asset(RING, "a.webp", lambda: b"old")
    assert Store(tmp_path, "new").asset(RING, "a.webp", lambda: b"new") == b"new"


def test_beyond_the_limit_what_was_used_longest_ago_gives_way(tmp_path: Path) -> None:
    store = Store(tmp_path, "now", assets_limit_bytes=1000)
    store.remember(RING)
    for name in ("a", "b", "c"):
        store.asset(RING, name, lambda: b"x" * 300)
    for path in files(tmp_path / "assets"):
        os.utime(path, (1e9, 1e9 + ord(path.name)))  # long ago, a first
    store.asset(RING, "a", lambda: b"never")  # used again: younger than b
    store.asset(RING, "d", lambda: b"x" * 300)
    assert [name for name in "abcd" if store.has_asset(RING, name)] == ["a", "d"]
    assert store.configuration(RING.hash) == RING
    assert Store(tmp_path, "now")._size == 600


def test_the_room_for_pictures_is_a_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PARURE_STORE_BYTES", raising=False)
    assert assets_limit() == 2_000_000_000
    for said, size in (
        ("20000000", 20_000_000), ("25 MB", 25_000_000), ("3G", 3 * 10**9), (" 1 TB ", 10**12),
    ):  # fmt: skip
        monkeypatch.setenv("PARURE_STORE_BYTES", said)
        assert assets_limit() == size
    for wrong in ("much", "-5 GB", "1 MB", "", "20 gb", "9" * 20):
        monkeypatch.setenv("PARURE_STORE_BYTES", wrong)
        with pytest.raises(WrongSetting, match=r'at least 20 MB, such as "20 GB"'):
            Store(tmp_path, "now")


def test_the_disk_stays_within_the_setting_and_configurations_are_never_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARURE_STORE_BYTES", "20 MB")
    store = Store(tmp_path, "now")
    rings = [configure("band", {"size": f"EU {44 + n}"}) for n in range(30)]
    key = store.secret("signing.key")
    for ring in rings:
        store.remember(ring)
        store.asset(ring, "000-480x480.webp", lambda: bytes(1_500_000))
        kept = sum(path.stat().st_size for path in files(tmp_path / "assets"))
        assert kept <= 20_000_000
    assert store.has_asset(rings[-1], "000-480x480.webp")
    assert not store.has_asset(rings[0], "000-480x480.webp")
    assert [store.configuration(ring.hash) for ring in rings] == rings
    assert store.secret("signing.key") == key


def test_the_folder_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARURE_VAR", "/somewhere")
    assert store_location() == Path("/somewhere/store")
    monkeypatch.delenv("PARURE_VAR")
    assert store_location() == Path(__file__).parent.parent / "var" / "store"
    monkeypatch.setenv("PARURE_STORE", "s3://house/parure")
    assert store_location() == "s3://house/parure"


def test_a_bucket_serves_as_well_as_a_folder() -> None:
    store = Store("memory://house/parure", "now", assets_limit_bytes=10)
    store.remember(RING)
    assert Store("memory://house/parure", "later").configuration(RING.hash) == RING
    assert store.asset(RING, "a.webp", lambda: b"x" * 100) == b"x" * 100
    assert store.asset(RING, "a.webp", lambda: b"never") == b"x" * 100
    assert store.has_asset(RING, "a.webp")  # a bucket has rules of its own: nothing is trimmed
    assert not store.has_asset(RING, "b.webp")


def test_an_address_that_nothing_reads_is_refused() -> None:
    with pytest.raises(NoStore, match="cannot be opened"):
        Store("nowhere://house", "now")
