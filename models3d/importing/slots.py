"""What the parts of a foreign model are: stones, metal or something else, by name and by shape."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import ConvexHull, QhullError, cKDTree

from models3d.frames import Array
from models3d.gems import GEMS, gem
from models3d.mesh import Material, Mesh, Model, Part

WORDS: Final = (  # slot, the words that name it; the first that is found decides
    ("crystal", r"watch.?glass|crystal.?glass|sapphire.?crystal|glass|lens"),
    ("pearl", r"pearl"),
    ("strap", r"strap|leather|rubber|buckle.?strap"),
    ("dial", r"dial|zifferblatt|cadran"),
    ("hand", r"hands?(?![a-z])|aiguille|zeiger"),
    ("lume", r"lume|luminous"),
    (
        "gem",
        r"gem|stone|diamond|brilliant|ruby|rubies|sapphire|emerald|topaz|amethyst|melee|pav[eé]|"
        r"zirconia|moissanite|aquamarine|garnet|peridot|citrine|tanzanite|tourmaline|spinel|opal",
    ),
    (
        "metal",
        r"metal|gold|silver|platin|palladium|steel|titan|rhodium|shank|prong|claw|setting|bezel|"
        r"band|ring|chain|link|clasp|case|crown|lug|mount",
    ),
)
LEAST_CONVEX: Final = 0.97  # a stone's volume over that of its hull
FEWEST_FACETS: Final = 8
METALLIC: Final = 0.5
MOST_STONES: Final = 400  # a mesh of more bodies is left as it is
SAME_STONE: Final = 0.03  # of a stone's half size, between the corners of equal ones
TURNS: Final = 48  # tried about a table
PALE: Final = 0.6  # linear, of a stone that is taken for a diamond
LEAST_ALLOY_STEP: Final = 0.02  # linear, between the colours of two alloys


@dataclass(frozen=True, slots=True)
class Guess:
    """What a part was taken for, and why."""

    part: str
    material: str
    slot: str
    because: str
    replaced_by: str | None = None  # a material of ours, where the file has none that light enters


def guess_slots(model: Model) -> tuple[Model, tuple[Guess, ...]]:
    """The model with a slot for each part; stones that no light enters become true ones."""
    parts: list[Part] = []
    guesses: list[Guess] = []
    alloys: list[Array] = []
    for part in model.parts:
        stones = _stones(part.mesh)
        slot, because = _slot(part, bool(stones))
        material = part.material
        if slot == "metal":
            slot = _alloy(material, alloys)
        if slot == "gem":
            kind = _gem(part)
            if kind is not None:
                depth = float(np.ptp((stones or [part.mesh])[0].positions, axis=0).min())
                depth *= float(np.linalg.norm(part.model_from_part[0, :3, 0]))
                material = gem(kind).material(1e3 * depth)
        guesses.append(
            Guess(
                part.name,
                part.material.name,
                slot,
                because,
                material.name if material is not part.material else None,
            )
        )
        dressed = replace(part, material=material, slot=slot)
        parts.extend(_apart(dressed, stones) if slot == "gem" and stones else [dressed])
    return replace(model, parts=tuple(parts)), tuple(guesses)


def _slot(part: Part, faceted: bool) -> tuple[str, str]:
    """A slot and the reason for it."""
    material = part.material
    if material.transmission > 0.0:
        if faceted:
            return "gem", "light passes through it and it is cut"
        named = _named(f"{part.name} {material.name}")
        return (
            ("gem", "light passes through it and its name says so")
            if named == "gem"
            else (
                "crystal",
                "light passes through it",
            )
        )
    for words in (material.name, part.name):
        named = _named(words)
        if named == "gem" and not faceted and material.metallic >= METALLIC:
            continue  # "diamond ring" names the piece
        if named is not None:
            return named, f'it is called "{words}"'
    if faceted and material.metallic < METALLIC:
        return "gem", "it is closed, convex and cut"
    if material.metallic >= METALLIC:
        return "metal", "its surface is metallic"
    return "", "nothing tells"


def _named(words: str) -> str | None:
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", words).replace("_", " ").casefold()
    return next((slot for slot, pattern in WORDS if re.search(pattern, spaced)), None)


def _alloy(material: Material, alloys: list[Array]) -> str:
    """metal for the first colour, metal_2 for the next …"""
    color = np.array(material.base_color[:3])
    steps = [float(np.abs(known - color).max()) for known in alloys]
    number = int(np.argmin(steps)) if steps and min(steps) < LEAST_ALLOY_STEP else len(alloys)
    if number == len(alloys):
        alloys.append(color)
    return "metal" if number == 0 else f"metal_{number + 1}"


def _gem(part: Part) -> str | None:
    """The kind of stone that a part without transmission stands for; None: leave it as it is."""
    if part.material.transmission > 0.0:
        return None
    words = f"{part.name} {part.material.name}".casefold()
    named = next(
        (kind for kind in GEMS if re.search(rf"\b{kind.replace('_', '.')}s?\b", words)), None
    )
    pale = min(part.material.base_color[:3]) >= PALE or "diamond" in words
    return named or ("diamond" if pale else None)


def _stones(mesh: Mesh) -> list[Mesh]:
    """The bodies of a mesh if every one of them is closed, convex and faceted; else none."""
    bodies = _bodies(mesh)
    return bodies if bodies and all(_is_cut(body) for body in bodies) else []


def _bodies(mesh: Mesh) -> list[Mesh]:
    """The connected pieces of a mesh; none where there are too many for stones."""
    _, same = np.unique(
        np.round(mesh.positions / max(float(np.ptp(mesh.positions)), 1e-30), 6),
        axis=0,
        return_inverse=True,
    )
    same = same.reshape(-1)
    a, b, c = same[mesh.triangles].T
    links = coo_matrix((np.ones(2 * len(a)), (np.r_[a, b], np.r_[b, c])), (same.max() + 1,) * 2)
    count, label = connected_components(links, directed=False)
    label = label[same]
    if count > MOST_STONES:
        return []
    used = np.unique(label[mesh.triangles[:, 0]])
    return [_taken_out(mesh, label, int(number)) for number in used]


def _taken_out(mesh: Mesh, label: Array, number: int) -> Mesh:
    triangles = mesh.triangles[label[mesh.triangles[:, 0]] == number]
    kept, numbered = np.unique(triangles, return_inverse=True)
    return Mesh(mesh.positions[kept], mesh.normals[kept], numbered.reshape(-1, 3).astype(np.int32))


def _is_cut(mesh: Mesh) -> bool:
    """Closed, convex, and made of facets."""
    a, b, c = np.moveaxis(mesh.positions[mesh.triangles], 1, 0)
    volume = float(np.einsum("ij,ij->", a, np.cross(b, c))) / 6.0
    try:
        hull = ConvexHull(mesh.positions)
    except (QhullError, ValueError):  # flat, or too few corners
        return False
    facets = np.unique(np.round(hull.equations[:, :3], 2), axis=0)
    return volume >= LEAST_CONVEX * hull.volume and FEWEST_FACETS <= len(facets) <= 400


@dataclass(frozen=True, slots=True, eq=False)
class _Laid:
    """A stone brought to its table: centre at the origin, table up, farthest corner at 1."""

    mesh: Mesh
    corners: Array  # (n, 3) so laid
    place: Array  # (4, 4) the mesh's frame from there


def _laid(mesh: Mesh) -> _Laid:
    hull = ConvexHull(mesh.positions)
    a, b, c = np.moveaxis(mesh.positions[hull.simplices], 1, 0)
    areas = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    facets, which = np.unique(np.round(hull.equations[:, :3], 2), axis=0, return_inverse=True)
    table = facets[np.bincount(which.reshape(-1), areas).argmax()]
    table = table / np.linalg.norm(table)
    center = (np.repeat(areas, 3)[:, None] * np.stack([a, b, c], 1).reshape(-1, 3)).sum(axis=0)
    center /= 3.0 * areas.sum()
    aside = np.cross(table, np.eye(3)[np.abs(table).argmin()])
    aside /= np.linalg.norm(aside)
    frame = np.stack([aside, np.cross(table, aside), table])
    laid = (mesh.positions[hull.vertices] - center) @ frame.T
    size = float(np.linalg.norm(laid, axis=1).max())
    place = np.eye(4)
    place[:3, :3], place[:3, 3] = size * frame.T, center
    return _Laid(mesh, laid / size, place)


def _apart(part: Part, stones: list[Mesh]) -> list[Part]:
    """One part for each kind of stone, at all places where it is found."""
    kinds: list[tuple[_Laid, list[Array]]] = []
    for stone in map(_laid, stones):
        for model, places in kinds:
            turn = _turn_between(stone, model)
            if turn is not None:
                places.append(stone.place @ turn @ np.linalg.inv(model.place))
                break
        else:
            kinds.append((stone, [np.eye(4)]))
    return [
        replace(
            part,
            name=part.name if len(kinds) == 1 else f"{part.name}.{number}",
            mesh=model.mesh,
            model_from_part=np.concatenate(
                [whole @ np.stack(places) for whole in part.model_from_part]
            ),
        )
        for number, (model, places) in enumerate(kinds)
    ]


def _turn_between(stone: _Laid, model: _Laid) -> Array | None:
    """(4, 4) turn about the table's normal that lays `model` onto `stone`; None if none does."""
    tree = cKDTree(stone.corners)
    best, turn, step = np.inf, 0.0, 2.0 * np.pi / TURNS
    for _ in range(3):  # ever finer about the best
        tried = turn + step * np.arange(-TURNS // 2, TURNS // 2)
        for angle in tried:
            farthest = float(tree.query(model.corners @ _about_z(angle).T)[0].max())
            if farthest < best:
                best, turn = farthest, float(angle)
        step /= TURNS / 4
    if best > SAME_STONE:
        return None
    matrix = np.eye(4)
    matrix[:3, :3] = _about_z(turn)
    return matrix


def _about_z(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
