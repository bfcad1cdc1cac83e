"""Brushed metal, panes, thin films, coats: each as its physics says."""

from dataclasses import replace

import numpy as np
import pytest

from models3d.frames import Array, Intrinsics, PixelRegion, RigidTransform
from models3d.mesh import Material, Mesh, Model, Part, Texture
from models3d.stones.stone import stone
from viewer import picture
from viewer.render.apart import traced_shape
from viewer.render.environment import Environment, uniform
from viewer.render.environment import build as prefiltered
from viewer.render.materials import dielectric_f0, film_table, surface_defines
from viewer.render.placed import placed
from viewer.render.renderer import Renderer
from viewer.render.studio import Panel, Studio
from viewer.render.types import Shot, Worn

pytestmark = pytest.mark.usefixtures("settled")

SIDE, AWAY = 120, 0.3
FACING = RigidTransform(np.diag([1.0, -1.0, -1.0]), np.array([0.0, 0.0, AWAY]))
STEEL = Material("steel", (0.56, 0.55, 0.53, 1.0), metallic=1.0, roughness=0.25)
GLASS = Material("crystal", ior=1.77, transmission=1.0, roughness=0.0, specular=0.15)
# one small lamp beside the camera in the dark
LAMP = Studio(
    "lamp", 0.0, 0.0, 0.0, 0.0, (Panel(0.0, 0.0, 0.06, 0.06, 60.0),), 0.0, 0.0
)  # fmt: skip


def sheet(half: float, z: float = 0.0, count: int = 2) -> Mesh:
    """A square facing +Z, u along +X and v along -Y."""
    x, y = np.meshgrid(np.linspace(-half, half, count), np.linspace(-half, half, count))
    positions = np.stack([x, y, 0.0 * x + z], -1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(count - 1), np.arange(count - 1), indexing="ij")
    a = (i * count + j).ravel()
    triangles = np.concatenate(
        [np.stack([a, a + 1, a + count + 1], -1), np.stack([a, a + count + 1, a + count], -1)]
    )
    uvs = np.stack([positions[:, 0], -positions[:, 1]], -1) / (2.0 * half) + 0.5
    normals = np.tile([0.0, 0.0, 1.0], (len(positions), 1))
    return Mesh(positions, normals, triangles.astype(np.int32), uvs)


def disc(radius: float) -> Mesh:
    """A dial with polar texture coordinates: u round it, v outwards."""
    r, u = np.meshgrid(np.linspace(0.02, 1.0, 12) * radius, np.linspace(0, 1, 97), indexing="ij")
    turn = 2.0 * np.pi * u
    positions = np.stack([r * np.cos(turn), r * np.sin(turn), 0 * r], -1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(11), np.arange(96), indexing="ij")
    a = (i * 97 + j).ravel()
    b = a + 97
    triangles = np.concatenate([np.stack([a, b, b + 1], -1), np.stack([a, b + 1, a + 1], -1)])
    normals = np.tile([0.0, 0.0, 1.0], (len(positions), 1))
    uvs = np.stack([u, r / radius], -1).reshape(-1, 2)
    return Mesh(positions, normals, triangles.astype(np.int32), uvs)


def drawn(renderer: Renderer, *parts: Part, turn: float = 0.0) -> Array:
    """(SIDE, SIDE, 4): 24 mm of the parts, seen along -Z after a turn about Y."""
    focal = SIDE * AWAY / 0.024
    pose = FACING @ RigidTransform.from_axis_angle((0, 1, 0), turn)
    shot = Shot(
        Intrinsics(focal, focal, SIDE / 2, SIDE / 2), PixelRegion(0, 0, SIDE, SIDE),
        (Worn(Model("model", parts), pose),),
    )  # fmt: skip
    return renderer.render(shot).rgba.astype(float)


@pytest.fixture(scope="module")
def lamp() -> Environment:
    return prefiltered(LAMP)


@pytest.mark.gpu
@pytest.mark.parametrize("quarter", [False, True])
def test_brushed_metal_stretches_its_highlight_along_the_tangent(
    lamp: Environment, quarter: bool
) -> None:
    """A ball's highlight under one lamp is longer along u, or across it after a quarter turn."""
    u, v = np.meshgrid(np.linspace(0, 1, 65), np.linspace(0.02, 0.98, 41))
    around, down = 2.0 * np.pi * u, np.pi * v
    normals = np.stack(
        [np.sin(down) * np.sin(around), np.cos(down), np.sin(down) * np.cos(around)], -1
    ).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(40), np.arange(64), indexing="ij")
    a = (i * 65 + j).ravel()
    b = a + 65
    triangles = np.concatenate([np.stack([a, b, b + 1], -1), np.stack([a, b + 1, a + 1], -1)])
    uvs = np.stack([u, v], -1).reshape(-1, 2)
    ball = Mesh(0.01 * normals, normals, triangles.astype(np.int32), uvs)
    steel = replace(STEEL, anisotropy=0.8, anisotropy_rotation=np.pi / 2 if quarter else 0.0)
    with Renderer(tent=lamp, gem_studio=uniform(0.2)) as renderer:
        light = drawn(renderer, Part("ball", ball, steel))[..., 1]
        even = drawn(renderer, Part("ball", ball, STEEL))[..., 1]
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2.0

    def spread(image: Array) -> float:
        return float(np.sqrt((image * x**2).sum() / (image * y**2).sum()))

    assert spread(even) == pytest.approx(1.0, abs=0.08)
    stretched = spread(light)
    assert stretched > 1.6 if not quarter else stretched < 1 / 1.6


@pytest.mark.gpu
def test_a_sunray_dial_shows_a_bow_tie(lamp: Environment) -> None:
    """Light from beside the camera lights the two sectors along its direction, not across."""
    dial = Part("dial", disc(0.011), replace(STEEL, anisotropy=0.9))
    with Renderer(tent=lamp, gem_studio=uniform(0.2)) as renderer:
        light = drawn(renderer, dial, turn=np.radians(14.0))[..., 1]
        even = drawn(renderer, replace(dial, material=STEEL), turn=np.radians(14.0))[..., 1]
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2.0
    ring = (np.hypot(x, y) > 15) & (np.hypot(x, y) < 48)
    # grooves run outwards, so the facets of those above and below the middle face the lamp
    upright, level = ring & (np.abs(x) < 6), ring & (np.abs(y) < 6)
    assert light[upright].mean() > 2.0 * light[level].mean()
    assert np.abs(np.log(even[upright].mean() / even[level].mean())) < 0.3
    left, right = upright & (y < 0), upright & (y > 0)
    assert light[left].mean() == pytest.approx(light[right].mean(), rel=0.1)


@pytest.mark.gpu
def test_brushed_metal_neither_makes_nor_loses_light() -> None:
    white = replace(STEEL, base_color=(1.0, 1.0, 1.0, 1.0), anisotropy=0.8, roughness=0.4)
    with Renderer(tent=uniform(0.5), gem_studio=uniform(0.5)) as furnace:
        rgba = drawn(furnace, Part("sheet", sheet(0.02), white), turn=0.5)
    inside = rgba[rgba[..., 3] == 255][:, :3] / 255.0
    radiance = ((inside + 0.055) / 1.055) ** 2.4 + 0.04
    np.testing.assert_allclose(radiance, 0.5, atol=0.012)


@pytest.mark.gpu
def test_what_lies_under_a_pane_is_seen_unbent(renderer: Renderer) -> None:
    half = np.zeros((64, 64, 3), np.uint8)
    half[:, :32] = (200, 30, 30)
    half[:, 32:] = (30, 30, 200)
    texture = Texture(picture.png_bytes(half), "image/png")
    dial = Part("dial", sheet(0.01), Material("print", roughness=0.9, base_color_texture=texture))
    crystal = Part("crystal", sheet(0.01, 2e-3), GLASS)
    bare, covered = drawn(renderer, dial), drawn(renderer, dial, crystal)
    assert (covered[..., 3] == bare[..., 3]).mean() > 0.97
    inside = (slice(20, 100), slice(20, 100))
    assert np.abs(covered - bare)[inside].mean() < 6.0
    red, blue = covered[60, 30], covered[60, 90]
    assert red[0] > red[2] + 60
    assert blue[2] > blue[0] + 60


@pytest.mark.gpu
def test_an_anti_reflex_coating_takes_the_glare_from_a_crystal() -> None:
    black = Part("dial", sheet(0.01), Material("black", (0.01, 0.01, 0.01, 1.0), roughness=1.0))
    with Renderer(tent=uniform(1.0), gem_studio=uniform(0.2)) as renderer:
        bare = drawn(renderer, black)[60, 60, 1]
        glare = {
            name: drawn(renderer, black, Part("crystal", sheet(0.01, 2e-3), material))[60, 60, 1]
            for name, material in {"plain": replace(GLASS, specular=1.0), "coated": GLASS}.items()
        }
    assert glare["plain"] - bare > 3.0 * (glare["coated"] - bare) > 0.0


def test_thin_glass_is_a_pane_and_a_cut_stone_is_traced() -> None:
    def shape_of(mesh: Mesh, material: Material) -> object:
        return traced_shape(placed(Part("part", mesh, material))[0])

    brilliant = stone("round_brilliant", "diamond", 5.0)
    foreign = replace(brilliant.material, thickness=0.0)  # transmission without KHR_volume
    assert shape_of(brilliant.mesh, brilliant.material) is not None
    assert shape_of(brilliant.mesh, foreign) is not None
    assert shape_of(sheet(0.01), GLASS) is None
    assert shape_of(stone("baguette", "diamond", 3.0).mesh, brilliant.material) is not None
    assert shape_of(brilliant.mesh, STEEL) is None
    assert "PANE" in surface_defines(GLASS, sheet(0.01))


def test_a_film_without_contrast_is_the_bare_surface() -> None:
    glass = Material("glass", ior=1.5, iridescence=1.0, iridescence_ior=1.5)
    table = film_table(glass)
    cos = np.linspace(0.0, 1.0, len(table))
    inner = np.sqrt(1.0 - (1.0 - cos**2) / 1.5**2)
    s = (cos - 1.5 * inner) / (cos + 1.5 * inner)
    p = (1.5 * cos - inner) / (1.5 * cos + inner)
    np.testing.assert_allclose(table, np.repeat((s**2 + p**2)[:, None] / 2, 3, 1), atol=2e-3)


def test_a_films_colour_goes_round_with_its_thickness() -> None:
    """Straight on a quarter-wave film of a metal is least bright at four times its optical path."""
    metal = Material("metal", (0.9, 0.9, 0.9, 1.0), metallic=1.0, iridescence=1.0,
                     iridescence_ior=1.5)  # fmt: skip
    least = {"R": 620.0, "G": 545.0, "B": 450.0}
    for channel, wavelength in enumerate(least.values()):
        thicknesses = np.arange(40.0, 200.0, 4.0)
        values = [film_table(replace(metal, iridescence_thickness_nm=t))[-1, channel]
                  for t in thicknesses]  # fmt: skip
        dark = thicknesses[int(np.argmin(values))]
        assert dark * 4.0 * 1.5 == pytest.approx(wavelength, rel=0.12)


@pytest.mark.gpu
def test_a_pearls_orient_turns_with_the_angle(lamp: Environment) -> None:
    plain = Material("pearl", (0.8, 0.75, 0.7, 1.0), roughness=0.35, ior=1.58)
    orient = replace(plain, iridescence=1.0, iridescence_thickness_nm=420.0)

    def chroma(material: Material) -> Array:
        tilts = np.radians([0.0, 25.0, 50.0])
        with Renderer(tent=uniform(0.7), gem_studio=uniform(0.7)) as renderer:
            colors = [drawn(renderer, Part("p", sheet(0.012), material), turn=t)[60, 60, :3]
                      for t in tilts]  # fmt: skip
        return np.array([c / c.mean() for c in colors])

    assert np.ptp(chroma(orient), axis=0).max() > 2.0 * np.ptp(chroma(plain), axis=0).max()


@pytest.mark.gpu
def test_a_clear_coat_adds_a_sharp_reflection(lamp: Environment) -> None:
    matte = Material("enamel", (0.02, 0.02, 0.02, 1.0), roughness=0.9)
    with Renderer(tent=lamp, gem_studio=uniform(0.2)) as renderer:
        bare = drawn(renderer, Part("dial", sheet(0.012), matte))[..., 1]
        coated = drawn(
            renderer, Part("dial", sheet(0.012), replace(matte, clearcoat=1.0))
        )[..., 1]  # fmt: skip
    assert coated.max() > bare.max() + 60


def test_specular_scales_a_dielectric() -> None:
    plain = dielectric_f0(Material("glass", ior=1.5))
    np.testing.assert_allclose(plain, 0.04)
    tinted = Material("glass", ior=1.5, specular=0.5, specular_color=(1.0, 0.5, 30.0))
    np.testing.assert_allclose(dielectric_f0(tinted), [0.02, 0.01, 0.5])


@pytest.mark.gpu
def test_a_normal_map_leans_the_way_its_colours_say(lamp: Environment) -> None:
    """More red than blue-grey leans the normal towards +u (glTF 2.0, 3.9.3)."""
    steel = replace(STEEL, roughness=0.35)
    with Renderer(tent=lamp, gem_studio=uniform(0.2)) as renderer:

        def brightness(lean: tuple[int, int], turn: float) -> float:
            pixel = np.array([128 + lean[0], 128 + lean[1], 250], np.uint8)
            image = np.broadcast_to(pixel, (8, 8, 3)).copy()
            bumped = replace(steel, normal_texture=Texture(picture.png_bytes(image), "image/png"))
            return float(drawn(renderer, Part("p", sheet(0.012), bumped), turn=turn)[60, 60, 1])

        away = np.radians(20.0)
        towards = max(((45, 0), (-45, 0)), key=lambda lean: brightness(lean, -away))
        assert towards == (45, 0)
        assert max(((45, 0), (-45, 0)), key=lambda lean: brightness(lean, away)) == (-45, 0)
