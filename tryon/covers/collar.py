"""What lies over a necklace: hair wherever it falls, cloth only where the chain goes under it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models3d.frames import Array, Image, PixelRegion
from tryon.anchors.head import CHIN
from tryon.covers.collar_rules import (
    BARE,
    Run,
    Side,
    below_a_collar,
    front_colour,
    last_seen,
    skin_before,
    stays_under,
    under_cloth,
)
from tryon.covers.cover import CERTAIN, CERTAIN_NOT, SkinTone, decided, edge_lines, judged
from tryon.covers.head_hair import own_hair
from tryon.covers.masks import body_share
from tryon.covers.strands import Unevenness, fine_light, strands, unevenness
from tryon.covers.tones import Pixels, features
from tryon.types import FaceLandmarks, PersonMask, Share, Veil

WIDE_SIDE_PX = 128  # of head and chest, reduced: what colours are judged on
LEAST_TRUST = 0.35  # in colours, below which nothing is hidden: half hidden looks like a ghost
OUTSIDE, WITHIN = 0.45, 0.80  # person shares between which a chain leaves the silhouette
REACH = 0.008  # metres to either side of a covered chain that its collar hides
TURNED_AWAY = 0.002  # metres over which a chain fades where it goes behind the neck
CROWN_FACES = 0.45  # face heights over the forehead that hair may stand

Steps = Generator[None, None, "Wear"]


@dataclass(frozen=True, slots=True, eq=False)
class Wear:
    """The veil over a necklace, and how much of the chain is left to be seen."""

    veil: Veil
    shown: float  # 0..1, of those points that lie before the neck and in the picture


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One picture of a wearer, and where a necklace lies in it."""

    image: Image  # (h, w, 3) RGB
    region: PixelRegion  # of the picture, about the necklace, inside the image
    runs: tuple[Run, ...]  # both sides of the chain
    px_per_metre: float  # at the neck
    face: FaceLandmarks  # of the wearer, from whose head hair comes down
    skin: SkinTone
    hair: SkinTone
    person: PersonMask | None = None
    before: Share | None = None  # over the region, what else stands before it, as hands
    breadth: float = 1e-3  # metres across the chain: so far it stands out from a silhouette
    throat_px: Array | None = None  # (2,) midway between chin and notch


def worn_under(look: Look) -> Wear:
    """What of a necklace is hidden."""
    steps = looking(look)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            wear: Wear = end.value
            return wear


def looking(look: Look) -> Steps:
    """The same in steps of a few milliseconds, which a stream takes in as many frames."""
    work = _reduced(look)
    yield
    shares = _shares(look, work)
    rows, columns = work.strange.shape
    light = fine_light(work.crop, columns, rows) if shares.own.any() else None
    yield
    uneven = None if light is None else unevenness(light, columns, rows)
    yield
    if uneven is not None:
        shares = _with_locks(look, work, shares, uneven)
    yield
    return _hidden(look, work, shares)


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """Head and chest, reduced."""

    small: Image  # (h, w, 3)
    colours: Pixels  # (h, w, 3) features
    strange: Pixels  # (h, w) how unlike skin
    like_hair: Pixels | None
    wide: PixelRegion  # what it shows of the image
    crop: Image  # that part of the image

    @property
    def scale(self) -> Array:
        """(2,) pixels of this to one of the image."""
        rows, columns = self.strange.shape
        return np.array([columns / self.wide.width, rows / self.wide.height])

    def cells(self, points_px: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows and columns of this at pixels (n, 2) of the image; beyond it the nearest."""
        rows, columns = self.strange.shape
        at = np.floor((points_px - (self.wide.x, self.wide.y)) * self.scale).astype(np.intp)
        return np.clip(at[:, 1], 0, rows - 1), np.clip(at[:, 0], 0, columns - 1)


@dataclass(frozen=True, slots=True, eq=False)
class _Shares:
    """Over the reduced picture, 0..1."""

    hair: Share
    covered: Share  # by anything that is not skin
    bodily: Share | None
    own: Share  # where hair hangs together with the head's
    locks: Share | None = None  # that have no colour of their own


def _reduced(look: Look) -> _Work:
    region, points = look.region, look.face.points_px
    tall = float(np.linalg.norm(points[10] - points[152]))
    low = np.minimum([region.x, region.y], points.min(axis=0) - CROWN_FACES * tall)
    high = np.maximum(
        [region.x + region.width, region.y + region.height],
        points.max(axis=0) + CROWN_FACES * tall * np.array([1.0, 0.0]),
    )
    size = np.ceil(high - low).astype(int)
    wide = PixelRegion(int(low[0]), int(low[1]), int(size[0]), int(size[1]))
    wide = wide.clipped(look.image.shape[1], look.image.shape[0])
    factor = -(-max(wide.width, wide.height) // WIDE_SIDE_PX)  # a whole one is reduced quickly
    columns, rows = max(wide.width // factor, 2), max(wide.height // factor, 2)
    wide = replace(
        wide, width=min(columns * factor, wide.width), height=min(rows * factor, wide.height)
    )
    crop = look.image[wide.y : wide.y + wide.height, wide.x : wide.x + wide.width]
    small = np.asarray(cv2.resize(crop, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
    colours = features(small)
    strange, like_hair = judged(colours, look.skin, look.hair)
    return _Work(small, colours, strange, like_hair, wide, crop)


def _shares(look: Look, work: _Work) -> _Shares:
    rows, columns = work.strange.shape
    bodily = None
    if look.person is not None:
        height, width = look.image.shape[:2]
        bodily = body_share(look.person, work.wide, (columns, rows), width, height)
    own = np.zeros_like(work.strange)
    hair = np.zeros_like(work.strange)
    covered = work.strange
    if work.like_hair is not None:
        hair = work.like_hair if bodily is None else work.like_hair * bodily
        covered = np.maximum(covered, work.like_hair)
        if hair.max() > BARE:
            own = own_hair(work.colours[..., 0], hair, _chin_row(look, work))
        hair = hair * own
    return _Shares(hair, covered, bodily, own)


def _with_locks(look: Look, work: _Work, shares: _Shares, uneven: Unevenness) -> _Shares:
    """Locks of the skin's own colour added, where they hang together with the head's hair."""
    face = (look.face.points_px - (work.wide.x, work.wide.y)) * work.scale - 0.5
    locks = strands(uneven, work.strange, shares.hair, face)
    if shares.bodily is not None:
        locks = locks * shares.bodily
    together = np.maximum(shares.hair, locks)
    own = own_hair(work.colours[..., 0], together, _chin_row(look, work))
    return replace(shares, locks=np.asarray(locks * own, np.float32))


def _chin_row(look: Look, work: _Work) -> int:
    return max(int(work.cells(look.face.points_px[CHIN][None])[0][0]), 1)


def _hidden(look: Look, work: _Work, shares: _Shares) -> Wear:
    region, scale = look.region, work.scale
    size = (region.width, region.height)
    offset = (np.array([region.x - work.wide.x, region.y - work.wide.y]) + 0.5) * scale - 0.5
    enlarge = np.column_stack([np.diag(scale), offset])
    low = np.clip(np.floor(offset).astype(int), 0, np.array(work.strange.shape)[::-1] - 2)
    high = np.maximum(np.ceil(offset + scale * size).astype(int) + 1, low + 2)
    rows, columns = slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))
    part = (rows, columns)

    def large(values: Pixels) -> Pixels:
        moved = enlarge - np.array([[0.0, 0.0, columns.start], [0.0, 0.0, rows.start]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        border = cv2.BORDER_REPLICATE
        return np.asarray(
            cv2.warpAffine(values[part], moved, size, flags=flags, borderMode=border), np.float32
        )

    crop = look.image[region.y : region.y + region.height, region.x : region.x + region.width]
    fine = crop.astype(np.float32)
    body = None if shares.bodily is None else large(shares.bodily)

    def along_edges(share: Pixels, mask: Share | None) -> Share:
        trust = look.skin.trust * decided(
            share[part], None if shares.bodily is None else shares.bodily[part]
        )
        if trust < LEAST_TRUST or float(share[part].max()) < BARE:
            return np.zeros((region.height, region.width), np.float32)
        slope, level, mixture = edge_lines(share[part], work.small[part])
        whole = np.zeros_like(share)
        lines = []
        for values in (slope, level):
            whole[part] = values
            lines.append(large(whole))
        laid = lines[0] * cv2.transform(fine, mixture) + lines[1]
        laid = (laid - CERTAIN_NOT) / (CERTAIN - CERTAIN_NOT)
        np.clip(laid, 0.0, 1.0, out=laid)
        for share_of in (body, mask):
            if share_of is not None:
                laid *= share_of
        return np.asarray(laid, np.float32)

    by_hair = np.zeros((region.height, region.width), np.float32)
    if work.like_hair is not None and float(shares.own[part].max()) > 0.0:
        by_hair = along_edges(work.like_hair, large(shares.own))
    covered = along_edges(shares.covered, None)
    hides = by_hair.copy()
    if shares.locks is not None and float(shares.locks[part].max()) > BARE:
        np.maximum(hides, large(shares.locks), out=hides)
    if look.before is not None:
        np.maximum(hides, look.before, out=hides)
    if body is not None:
        np.maximum(hides, _outside(body, look.breadth * look.px_per_metre), out=hides)
    sides = [_side_of(run, look, work, hides, by_hair, covered) for run in look.runs]
    base = front_colour(sides)

    def covered_at(points_px: Array) -> Array:
        return np.asarray(shares.covered[work.cells(points_px)], np.float64)

    shown, total = 0.0, 0
    if below_a_collar(sides, base, look.throat_px, look.px_per_metre, covered_at):
        return Wear(Veil(np.ones_like(hides), region), 0.0)
    unders = under_cloth(sides, base)
    skins = [skin_before(*each) for each in zip(sides, unders, strict=True)]
    for side, under, own, other in zip(sides, unders, skins, skins[::-1], strict=True):
        run, hidden = side.run, side.hidden.copy()
        left = own if len(own) else other
        at = run.points_px - (region.x, region.y)
        if under < len(run.metres):
            _hide_beyond(hides, covered, at[under:], look.px_per_metre)
            hidden[under:] = np.maximum(hidden[under:], side.covered[under:])
        _hide_behind(hides, run, at, look)
        gone = min(stays_under(side, under, left), last_seen(run, hidden, side.inside))
        if gone < len(run.metres):
            _hide_line(hides, at[gone:], look)
            hidden[gone:] = 1.0
        shown += float((1.0 - hidden)[side.inside].sum())
        total += int(side.inside.sum())
    return Wear(Veil(hides, region), shown / total if total else 0.0)


def _outside(body: Share, breadth_px: float) -> Share:
    """1 off the person's silhouette, where no chain can lie, 0 on it and as near as it is thick.

    It begins where the silhouette of the mean body and the wearer's own differ.
    """
    reach = 2 * max(round(0.5 * breadth_px), 1) + 1
    near = cv2.dilate(body, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    return np.asarray(1.0 - np.clip((near - OUTSIDE) / (WITHIN - OUTSIDE), 0.0, 1.0), np.float32)


def _side_of(
    run: Run, look: Look, work: _Work, hides: Share, by_hair: Share, covered: Share
) -> Side:
    region = look.region
    x, y = np.rint(run.points_px - (region.x, region.y)).astype(np.intp).T
    inside = run.seen & (x >= 0) & (y >= 0) & (x < region.width) & (y < region.height)
    x, y = np.clip(x, 0, region.width - 1), np.clip(y, 0, region.height - 1)
    hair = by_hair[y, x]
    handled = np.zeros(len(x), np.bool_)
    if look.before is not None:
        handled = inside & (look.before[y, x] > BARE)
    return Side(
        run,
        inside,
        handled,
        inside & ~handled & (hair < BARE),
        np.where(inside, hides[y, x], 0.0),
        covered[y, x] - hair,
        covered[y, x],
        work.colours[work.cells(run.points_px)].astype(np.float64),
    )


def _hide_behind(hides: Share, run: Run, at: Array, look: Look) -> None:
    """Let a chain end where it turns away: the wearer's own neck is seldom quite the mean one.

    Args:
        at: (n, 2) pixels of the region.
    """
    seen = np.flatnonzero(run.seen)
    if len(seen) > 0 and seen[-1] + 2 < len(at):
        _hide_line(hides, at[seen[-1] + 1 :], look)


def _hide_line(hides: Share, at: Array, look: Look) -> None:
    """Let a chain end along (n, 2) pixels of the region, softly at its first."""
    mask = np.zeros(hides.shape, np.uint8)
    thick = max(round((look.breadth + TURNED_AWAY) * look.px_per_metre), 3)
    line = np.rint(at).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(mask, [line], False, 255, thick, cv2.LINE_AA)
    soft = cv2.GaussianBlur(mask, (0, 0), max(0.5 * TURNED_AWAY * look.px_per_metre, 0.5))
    np.maximum(hides, soft.astype(np.float32) / 255.0, out=hides)


def _hide_beyond(hides: Share, covered: Share, points: Array, px_per_metre: float) -> None:
    """Lay the collar over a chain from its first covered point on."""
    mask = np.zeros(hides.shape, np.uint8)
    thick = max(round(2.0 * REACH * px_per_metre), 3)
    line = np.rint(points).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(mask, [line], False, 255, thick, cv2.LINE_AA)
    np.maximum(hides, covered * (mask.astype(np.float32) / 255.0), out=hides)
