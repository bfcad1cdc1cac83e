"""The studio: octahedral mapping, prefiltering, caching."""

import numpy as np
import pytest

from viewer.render import environment as environments
from viewer.render.environment import (
    LAST_LEVEL,
    build,
    environment_of,
    irradiance_coefficients,
    look_up,
    octahedral_coordinates,
    octahedral_directions,
    solid_angles,
    spherical_harmonics,
    typical_radiance,
    uniform,
)
from viewer.render.studio import GEM_STUDIO, TENT, Studio, radiance


def _random_directions(count: int) -> np.ndarray:
    d = np.random.default_rng(3).normal(size=(count, 3))
    return (d / np.linalg.norm(d, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def tent():
    return environment_of(TENT)


def test_directions_and_places_on_the_square_are_inverse() -> None:
    size = 65
    directions = octahedral_directions(size)
    places = octahedral_coordinates(directions) * (size - 1)
    inner = places[1:-1, 1:-1]
    columns, rows = np.meshgrid(np.arange(1, size - 1), np.arange(1, size - 1))
    np.testing.assert_allclose(inner, np.stack([columns, rows], axis=-1), atol=1e-3)


def test_texels_cover_the_sphere_once() -> None:
    angles = solid_angles(256)
    assert angles.sum() == pytest.approx(4 * np.pi, rel=1e-5)
    mean = (octahedral_directions(256) * angles[..., None]).sum(axis=(0, 1))
    np.testing.assert_allclose(mean, 0.0, atol=1e-2)


def test_harmonics_are_orthonormal_under_the_texels_weights() -> None:
    basis = spherical_harmonics(octahedral_directions(256)).reshape(-1, 9)
    gram = basis.T @ (basis * solid_angles(256).reshape(-1, 1))
    np.testing.assert_allclose(gram, np.eye(9), atol=6e-3)


def test_the_map_holds_the_studios_radiance() -> None:
    d = _random_directions(4000)
    error = np.abs(look_up(environment_of(TENT).levels[0], d) - radiance(TENT, d))
    assert np.median(error) < 1e-3  # but at the panels' edges
    assert np.quantile(error, 0.95) < 0.1


def test_prefiltering_keeps_the_mean_light(tent) -> None:
    means = [
        (level * solid_angles(level.shape[0])[..., None]).sum(axis=(0, 1)) / (4 * np.pi)
        for level in tent.levels
    ]
    np.testing.assert_allclose(means, np.broadcast_to(tent.mean, (6, 3)), rtol=0.05)


def test_wider_lobes_leave_less_contrast(tent) -> None:
    spread = [float(level.std()) for level in tent.levels]
    assert spread == sorted(spread, reverse=True)
    assert spread[-1] < 0.5 * spread[0]


def test_irradiance_polynomial_integrates_the_cosine(tent) -> None:
    normal = _random_directions(1)[0]
    directions = octahedral_directions(512)
    cosine = np.clip(directions @ normal, 0.0, None) * solid_angles(512)
    exact = (tent.levels[0] * cosine[..., None]).sum(axis=(0, 1)) / np.pi
    c = irradiance_coefficients(tent)
    x, y, z = normal
    terms = [1, y, z, x, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y]
    np.testing.assert_allclose(np.array(terms) @ c, exact, rtol=0.06)


def test_a_furnace_is_the_same_everywhere() -> None:
    furnace = uniform(0.7)
    np.testing.assert_allclose(furnace.mean, 0.7, rtol=1e-4)
    np.testing.assert_allclose(typical_radiance(furnace), 0.7, rtol=1e-4)


def test_the_stones_light_is_more_contrasty_than_the_metals(tent) -> None:
    gem = environment_of(GEM_STUDIO)
    assert gem.levels[0].max() > 4 * tent.levels[0].max()
    assert np.median(gem.levels[0]) < np.median(tent.levels[0])


def test_the_cache_gives_back_what_was_built(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(environments.CACHE_VARIABLE, str(tmp_path))
    plain = Studio("plain", 1.0, 0.5, 0.4, 0.2, (), 10.0, 0.1)
    calls = []
    monkeypatch.setattr(environments, "build", lambda s: calls.append(s) or build(s))
    environment_of.cache_clear()
    first = environment_of(plain)
    environment_of.cache_clear()
    second = environment_of(plain)
    environment_of.cache_clear()
    assert calls == [plain]
    assert [p.suffix for p in tmp_path.iterdir()] == [".npz"]
    for a, b in zip(first.levels, second.levels, strict=True):
        np.testing.assert_array_equal(a, b)
    assert len(first.levels) == LAST_LEVEL + 1
