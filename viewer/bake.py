"""Assets baked from a configuration and kept: the GLB, the pictures of its turntable."""

from __future__ import annotations

import gzip
import hashlib
import io
from functools import cache
from pathlib import Path

from PIL import Image as Pillow

from models3d.frames import Image
from models3d.gltf import write_glb
from viewer.configuration import Configuration, build_model
from viewer.picture import jpeg_bytes, turntable
from viewer.render.worker import RenderWorker
from viewer.store import Store

VIEWS = 36  # of a turntable: ten degrees each
PICTURE_SIZES_PX = (480, 720, 960, 1440)  # square
PICTURE_FORMATS = ("webp", "jpg")
JPEG_QUALITY = 88
WEBP_QUALITY = 86
BAKING_CODE = (
    "models3d/**/*.py",
    "models3d/data/*",
    "viewer/*.py",
    "viewer/render/*.py",
    "static/shaders/**/*.glsl",
)


@cache
def edition() -> str:
    """Names the code and data that bake: 16 hexadecimal digits of their SHA-256."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for path in sorted({path for pattern in BAKING_CODE for path in root.glob(pattern)}):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


class Bakery:
    """Bakes what is asked for once and finds it again in the store.

    Args:
        studio: draws the pictures; shared with others, closed by its owner.
    """

    def __init__(self, store: Store, studio: RenderWorker) -> None:
        self._store = store
        self._studio = studio

    def glb(self, configuration: Configuration) -> bytes:
        """The model as binary glTF."""
        return self._store.asset(
            configuration, "model.glb", lambda: write_glb(build_model(configuration))
        )

    def glb_gzipped(self, configuration: Configuration) -> bytes:
        """The same, compressed once for all who take gzip."""
        return self._store.asset(
            configuration,
            "model.glb.gz",
            lambda: gzip.compress(self.glb(configuration), 9, mtime=0),
        )

    def picture(
        self, configuration: Configuration, view: int, size_px: int, picture_format: str
    ) -> bytes:
        """One view of the turntable, encoded.

        Args:
            view: 0..VIEWS - 1; 0 is the poster.
            size_px: one of PICTURE_SIZES_PX.
            picture_format: one of PICTURE_FORMATS.
        """

        def bake() -> bytes:
            model = build_model(configuration)
            drawing = self._studio.run(
                lambda renderer: turntable(renderer, model, size_px, size_px, view, VIEWS)
            )
            return _encoded(drawing.result(), picture_format)

        return self._store.asset(configuration, _name(view, size_px, picture_format), bake)

    def has_picture(
        self, configuration: Configuration, view: int, size_px: int, picture_format: str
    ) -> bool:
        """Whether a picture is at hand without drawing."""
        return self._store.has_asset(configuration, _name(view, size_px, picture_format))


def _name(view: int, size_px: int, picture_format: str) -> str:
    return f"{view:03d}-{size_px}.{picture_format}"


def _encoded(image: Image, picture_format: str) -> bytes:
    if picture_format == "jpg":
        return jpeg_bytes(image, JPEG_QUALITY)
    out = io.BytesIO()
    Pillow.fromarray(image).save(out, "WEBP", quality=WEBP_QUALITY, method=4)
    return out.getvalue()
