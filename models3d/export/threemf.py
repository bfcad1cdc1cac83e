"""3MF for the workshop: one object for each alloy, in millimetres, with names and what it is.

3MF Core Specification 1.3: an OPC package (a ZIP file) with one model of triangle meshes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from models3d.export.workshop import Casting, castings
from models3d.mesh import Model
from models3d.metals import METALS

CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
OURS = "urn:parure"  # of the names of our own metadata
WRITTEN = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP file can say: equal pieces, equal bytes
DECIMALS = 6  # of a millimetre: a nanometre
CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="model" '
    'ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/>'
    "</Types>"
)
RELATIONSHIPS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rel0" Target="/3D/3dmodel.model" '
    'Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/>'
    "</Relationships>"
)


def write_3mf(model: Model) -> bytes:
    """3MF of all metal, an object for each alloy.

    Raises:
        ModelError: the model has no metal, or a part is not closed.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in (
            ("[Content_Types].xml", CONTENT_TYPES),
            ("_rels/.rels", RELATIONSHIPS),
            ("3D/3dmodel.model", _document(model, castings(model))),
        ):
            entry = zipfile.ZipInfo(name, WRITTEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, text.encode())
    return out.getvalue()


def _document(model: Model, bodies: Sequence[Casting]) -> str:
    about = {"Title": model.name, "Application": "Parure"}
    for key in ("product", "configuration", "size"):
        if key in model.extras:
            about[f"parure:{key}"] = str(model.extras[key])
    objects = "".join(_object(number, body) for number, body in enumerate(bodies, 2))
    bases = "".join(
        f"<base name={quoteattr(body.name)} displaycolor={quoteattr(_color(body))}/>"
        for body in bodies
    )
    items = "".join(f'<item objectid="{number}"/>' for number in range(2, 2 + len(bodies)))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<model unit="millimeter" xml:lang="en-US" xmlns="{CORE}" xmlns:parure="{OURS}">'
        f"{_metadata(about)}"
        f'<resources><basematerials id="1">{bases}</basematerials>{objects}</resources>'
        f"<build>{items}</build></model>"
    )


def _metadata(about: dict[str, str]) -> str:
    return "".join(
        f"<metadata name={quoteattr(name)}>{escape(text)}</metadata>"
        for name, text in about.items()
    )


def _object(number: int, casting: Casting) -> str:
    mesh = casting.body.to_mesh64()
    # exact places without their normals: equal ones are one vertex, or the body would have seams
    places = np.round(np.asarray(mesh.vert_properties)[:, :3], DECIMALS)
    vertices, same = np.unique(places, axis=0, return_inverse=True)
    triangles = same.reshape(-1)[np.asarray(mesh.tri_verts)]
    a, b, c = triangles.T
    triangles = triangles[(a != b) & (b != c) & (c != a)]
    points = "".join(
        f'<vertex x="{x:.9g}" y="{y:.9g}" z="{z:.9g}"/>' for x, y, z in vertices.tolist()
    )
    faces = "".join(f'<triangle v1="{i}" v2="{j}" v3="{k}"/>' for i, j, k in triangles.tolist())
    volume_mm3 = casting.body.volume()
    about = {"parure:slot": casting.slot or "metal", "parure:volume_mm3": f"{volume_mm3:.4f}"}
    if casting.metal in METALS:
        density = METALS[casting.metal].density_g_cm3
        about |= {
            "parure:metal": casting.metal,
            "parure:mass_g": f"{volume_mm3 * 1e-3 * density:.4f}",
        }
    return (
        f'<object id="{number}" type="model" name={quoteattr(casting.name)} pid="1" '
        f'pindex="{number - 2}"><metadatagroup>{_metadata(about)}</metadatagroup>'
        f"<mesh><vertices>{points}</vertices><triangles>{faces}</triangles></mesh></object>"
    )


def _color(casting: Casting) -> str:
    """#RRGGBBAA in sRGB (IEC 61966-2-1)."""
    linear = np.clip(casting.color, 0.0, 1.0)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    r, g, b = np.round(encoded * 255.0).astype(int)
    return f"#{r:02X}{g:02X}{b:02X}FF"
