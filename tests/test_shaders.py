"""Every shader compiles for WebGL2 and for the desktop, from the same file."""

import re
from collections.abc import Iterator

import moderngl
import pytest

from models3d.stones.stone import stone
from viewer.render import shaders
from viewer.render.context import create_context
from viewer.render.gem_defines import gem_defines
from viewer.render.gem_shape import gem_shape

ENVIRONMENT = {"ENVIRONMENT_SIZE": "512.0", "ENVIRONMENT_LAST_LEVEL": "5.0"}
SHAPES = [
    gem_shape(stone(cut, "diamond", 6.0).mesh) for cut in ("round_brilliant", "heart", "cabochon")
]
GEM_VARIANTS = [
    gem_defines(shape, bounces=6, full_dispersion=full, has_setting=setting)
    for shape in SHAPES
    if shape is not None
    for full in (False, True)
    for setting in (False, True)
]
FINE = ["ANISOTROPY", "HAS_TANGENT", "CLEARCOAT", "IRIDESCENCE"]
MAPPED = [
    "HAS_UV", "HAS_DIFFUSE", "BASE_COLOR_MAP", "METALLIC_ROUGHNESS_MAP", "NORMAL_MAP",
    "OCCLUSION_MAP", "EMISSIVE_MAP", "DOUBLE_SIDED", "HAS_TANGENT",
]  # fmt: skip
SURFACE_VARIANTS = [
    {},
    {"HAS_DIFFUSE": "1"},
    {"LIVE": "1"},
    {"LIVE": "1", "ANISOTROPY": "1", "HAS_TANGENT": "1", "HAS_UV": "1", "NORMAL_MAP": "1"},
    dict.fromkeys(["LIVE", "EASES", "HAS_DIFFUSE", "CLEARCOAT"], "1"),
    {"HAS_DIFFUSE": "1", "ALPHA_BLEND": "1"},
    {"HAS_DIFFUSE": "1", "ALPHA_BLEND": "1", "THIN_GLASS": "1"},
    {"HAS_DIFFUSE": "1", "ALPHA_BLEND": "1", "THIN_GLASS": "1", "PANE": "1"},
    *({name: "1", "HAS_TANGENT": "1"} for name in FINE),
    dict.fromkeys(["HAS_DIFFUSE", *FINE], "1"),
    dict.fromkeys([*MAPPED, *FINE, "TAKES_SHADOWS"], "1"),
    {"TAKES_SHADOWS": "1"},
    dict.fromkeys(MAPPED, "1"),
    dict.fromkeys([*MAPPED, "ALPHA_MASK"], "1"),
]
PAGES = [
    [], ["STANDS"], ["HANGS"], ["CLEAR"],
    ["STANDS", "CLEAR"], ["HANGS", "CLEAR"], ["COVERS", "CLEAR"],
]  # fmt: skip
PROGRAMS = [
    *(("surface", "surface", v) for v in SURFACE_VARIANTS),
    *(("gem", "gem", v) for v in GEM_VARIANTS),
    *(("surface", "surface", {"LIVE": "1", "LIMBS": n}) for n in ("0", "1", "3")),
    ("shadow", "shadow", {}),
    ("shadow", "shadow", {"LIMBS": "0"}),
    *(("screen", "resolve", {"SUPERSAMPLING": n}) for n in ("0", "1", "2")),
    ("depth", "depth", {}),
    ("body", "depth", {}),
    ("key", "depth", {}),
    ("setting", "setting", {}),
    *(("surface", "surface", {**v, "ONE_OF_MANY": "1"}) for v in SURFACE_VARIANTS),
    ("screen", "gather", {}),
    ("screen", "reticle", {}),
    ("screen", "soften", {}),
    *(("screen", "lay", dict.fromkeys(names, "1")) for names in ([], ["VEILED", "GRAINY"])),
    ("screen", "blur", {}),
    ("screen", "blur", {"DEVELOP": "1"}),
    *(("screen", "page", dict.fromkeys(names, "1")) for names in PAGES),
]


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    created = create_context()
    yield created
    created.release()


@pytest.mark.gpu
@pytest.mark.parametrize("header", [shaders.DESKTOP, shaders.EMBEDDED])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: "-".join([p[1], *p[2]])[:80])
def test_every_program_compiles_with_both_headers(context, program, header) -> None:
    vertex, fragment, defines = program
    built = shaders.build(context, vertex, fragment, {**ENVIRONMENT, **defines}, header)
    built.release()


def test_every_shader_file_is_in_a_tested_program() -> None:
    tested = {f"{p[0]}.vert.glsl" for p in PROGRAMS} | {f"{p[1]}.frag.glsl" for p in PROGRAMS}
    assert {p.name for p in shaders.FOLDER.glob("*.glsl")} == tested


def test_a_chunk_is_included_once_and_none_is_left_over() -> None:
    text = shaders.expand("gem.frag.glsl")
    assert text.count("vec2 octahedral(vec3") == 1
    assert "#include" not in text
    used = set()
    for path in shaders.FOLDER.rglob("*.glsl"):
        used |= set(re.findall(r'#include "chunks/([\w.]+)"', path.read_text()))
    assert used == {p.name for p in (shaders.FOLDER / "chunks").glob("*.glsl")}


def test_no_body_brings_its_own_version_or_another_languages_functions() -> None:
    for path in shaders.FOLDER.rglob("*.glsl"):
        code = re.sub(r"//.*", "", path.read_text())
        assert "#version" not in code, path
        assert not re.search(r"\b(texture2D|gl_FragColor|varying|attribute|fma)\b", code), path


def test_every_file_opens_with_a_comment_on_its_purpose() -> None:
    for path in shaders.FOLDER.rglob("*.glsl"):
        assert path.read_text().startswith("// "), path
