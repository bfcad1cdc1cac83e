"""The arrows between the packages point one way, and each outside runtime has one door."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("models3d", "viewer", "tryon", "kiosk", "api")  # each may import the ones before it
DOORS = {
    "flask": ("api/",),
    "flask_sock": ("api/",),
    "moderngl": ("viewer/render/",),
    "mediapipe": ("tryon/landmarks.py",),
    "ai_edge_litert": ("tryon/nets/litert.py",),
}
NETWORK_CLIENTS = {"requests", "urllib", "http", "socket", "ftplib", "smtplib", "aiohttp", "httpx"}


def source_files() -> list[Path]:
    packages = [p for layer in LAYERS for p in (ROOT / layer).rglob("*.py")]
    return sorted([*packages, ROOT / "cli.py"])


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            yield node.module


def layer_of(name: str) -> str | None:
    top = name.split(".")[0].split("/")[0]
    return top if top in LAYERS else None


@pytest.mark.parametrize("path", source_files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_down_the_layers(path: Path) -> None:
    own = layer_of(str(path.relative_to(ROOT)))
    if own is None:  # cli.py stands above all
        return
    for module in imported_modules(path):
        layer = layer_of(module)
        assert layer is None or LAYERS.index(layer) <= LAYERS.index(own), f"{path} ← {module}"
        assert module.split(".")[0] != "cli"


@pytest.mark.parametrize("runtime", DOORS)
def test_each_outside_runtime_has_one_door(runtime: str) -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in source_files()
        if any(module.split(".")[0] == runtime for module in imported_modules(path))
    }
    assert users, f"nobody imports {runtime}: the rule is stale"
    assert all(user.startswith(DOORS[runtime]) for user in users), users


def test_no_module_of_the_product_imports_a_network_client_but_the_webhook() -> None:
    offenders = {
        (str(path.relative_to(ROOT)), module)
        for path in source_files()
        for module in imported_modules(path)
        if module.split(".")[0] in NETWORK_CLIENTS and module not in ("urllib.parse", "http")
    }
    assert offenders == {("api/webhook.py", "http.client")}  # the merchant's own address, if any


def test_no_file_has_more_than_500_lines() -> None:
    long = {
        str(p.relative_to(ROOT)): lines
        for p in source_files()
        if (lines := len(p.read_text().splitlines())) > 500
    }
    assert not long
