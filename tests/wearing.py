"""What the tests of try-on in the page share: its tracking, with a picture for a camera."""

from __future__ import annotations

import io
from base64 import b64encode
from typing import Any

from flask import Flask
from PIL import Image as Pillow
from playwright.sync_api import Page

from models3d.frames import Image

PLAIN_PAGE = "/languages"  # that loads nothing of try-on
TRACKED = """async ([module, picture, asked, frames]) => {
  const { openTracking } = await import(module);
  const bytes = Uint8Array.from(atob(picture), (each) => each.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const told = { progress: [], solved: [], files: [], failed: null };
  const begun = performance.now();
  let looks = 4; // at most: a machine that others keep busy may be too slow for a photo's slow ones
  let heard = () => {};
  const next = () => new Promise((resolve) => (heard = resolve));
  const tracking = (window.tracking = openTracking({
    progress: (loaded, total) => told.progress.push([loaded, total]),
    ready: (files) => heard((told.files = files)),
    solved: (solved) => heard(solved),
    failed: (reason) => heard((told.failed = reason)),
  }));
  const ready = next();
  tracking.wear(asked, frames > 1);
  await ready;
  for (let k = 0; k < frames && !told.failed; k++) {
    const coming = next();
    tracking.frame(await createImageBitmap(image), 1000 + 33 * k);
    const solved = await coming;
    if (told.failed) break;
    solved.image.close();
    if (frames === 1 && solved.without.length && --looks > 0) {
      const again = next();
      tracking.wear(asked, false);
      await again;
      k -= 1;
      continue;
    }
    told.firstMs ??= performance.now() - begun;
    const worn = solved.layers.flatMap(({ pieces }) => pieces.map(({ placement, worn }) => ({
      ...placement, opacity: worn[0].opacity, links: worn[0].laid?.links.length ?? 0,
    })));
    told.solved.push({ worn, lacks: solved.lacks, timings: solved.timings });
  }
  return told;
}"""


def tracked(page: Page, app: Flask, picture: Image, asked: list[Any], frames: int = 1) -> Any:
    """What the page's tracking makes of a picture, or of a stream that shows nothing else.

    Args:
        asked: as static/js/wear/types.js has it.
    """
    module = f"/static/{app.extensions['parure_manifest']['tracking.js']}"
    return page.evaluate(TRACKED, [module, png(picture), asked, frames])


def png(picture: Image) -> str:
    """(h, w, 3) RGB as PNG in base64."""
    out = io.BytesIO()
    Pillow.fromarray(picture).save(out, "PNG", compress_level=1)
    return b64encode(out.getvalue()).decode()


def asked(app: Flask, *products: str, **place: str) -> list[dict[str, str]]:
    """Pieces as they are asked for, and remembered by the shop."""
    made = app.extensions["parure"].configured
    return [{"product": each, "hash": made(each, {}).hash, **place} for each in products]
