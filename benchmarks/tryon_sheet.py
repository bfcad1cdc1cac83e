"""A whole set on each of twenty photos of a folder, with a close look at every piece: to be judged.

    python -m benchmarks.tryon_sheet --eval FOLDER -o SHEET.png [--only NAME…]

One row a photo: the whole of it, then each piece that was placed, surest first.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from models3d.frames import Anchor, Image
from tryon.media.photo import encode_photo, read_photo
from tryon.pipeline import Pipeline
from tryon.types import FrameResult, Placement
from tryon.wearables import Place, wearables_of

SET = ("solitaire", "dress-watch", "solitaire-pendant", "drop-earrings")
PHOTOS = (
    "person-celeste", "person-christina", "person-linda", "person-nicole", "person-tasia",
    "person-vlado", "stock-emotions-a-1", "stock-emotions-a-3", "stock-emotions-b-2",
    "stock-emotions-b-8", "stock-models-9", "stock-teen-2", "stock-teen-5", "stock-teen-8",
    "group-2", "test1", "test4", "four_105f8f8e", "rock_026fd791", "emma",
)  # fmt: skip
CELL_PX = 460
PIECES = 4  # shown of each photo
REACH = {Anchor.FINGER: 3.0, Anchor.WRIST: 1.6, Anchor.NECK: 1.5, Anchor.EAR: 1.4}  # widths
LEAST_CONFIDENCE = 0.3


def row(result: FrameResult) -> Image:
    """The photo and its pieces, (CELL_PX, (1 + PIECES) x CELL_PX, 3)."""
    shown = [p for p in result.placements if p.confidence >= LEAST_CONFIDENCE]
    shown.sort(key=lambda placement: -placement.confidence * placement.width_px)
    first_of_each = list({p.product: p for p in reversed(shown)}.values())[::-1]
    rest = [p for p in shown if p not in first_of_each]
    pieces = [_close(result.image, each) for each in (first_of_each + rest)[:PIECES]]
    cells = [result.image, *pieces]
    cells += [np.zeros((1, 1, 3), np.uint8)] * (1 + PIECES - len(cells))
    return np.hstack([_fitted(cell) for cell in cells])


def _close(image: Image, placement: Placement) -> Image:
    reach = max(REACH[placement.anchor] * placement.width_px, 24.0)
    height, width = image.shape[:2]
    low = np.clip(placement.center_px - reach, 0, (width - 2, height - 2)).astype(int)
    high = np.clip(placement.center_px + reach, low + 2, (width, height)).astype(int)
    return image[low[1] : high[1], low[0] : high[0]]


def _fitted(image: Image) -> Image:
    """A square cell with the image in it."""
    scale = CELL_PX / max(image.shape[:2])
    size = [max(round(side * scale), 1) for side in image.shape[1::-1]]
    how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
    small = cv2.resize(image, size, interpolation=how)
    cell = np.zeros((CELL_PX, CELL_PX, 3), np.uint8)
    cell[: small.shape[0], : small.shape[1]] = small
    return cell


def sheet(folder: Path, names: Sequence[str], products: Sequence[str]) -> Image:
    """Every photo's row, one below the other."""
    found = {path.stem: path for path in sorted(folder.rglob("*.jpg"))}
    missing = [name for name in names if name not in found]
    if missing:
        raise SystemExit(f"{folder} has no {', '.join(missing)}.")
    rows = []
    with Pipeline(wearables_of(products, (), Place()), streaming=False) as pipeline:
        for name in tqdm(names, unit="photo", disable=None):
            photo = read_photo(found[name])
            rows.append(row(pipeline.process(photo.image, 0.0, photo.intrinsics)))
    return np.vstack(rows)


def main() -> None:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", type=Path, required=True, help="a folder of photos")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=PHOTOS, help="photos by name")
    parser.add_argument("--products", nargs="*", default=SET)
    asked = parser.parse_args()
    asked.output.write_bytes(
        encode_photo(sheet(asked.eval, asked.only, asked.products), asked.output.suffix)
    )
    sys.stdout.write(f"{asked.output}\n")


if __name__ == "__main__":
    main()
