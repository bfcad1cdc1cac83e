"""Models as glTF 2.0 files: `write_glb` to bytes, `read_model` from a GLB or glTF file.

Reading goes through container (bytes, JSON, URIs), schema (types and references), layout and
accessors (numbers), materials with images, primitives with compression (triangles), and read (the
scene). Writing: write (the scene), encoding (numbers), write_materials, document (bytes).
"""

from models3d.gltf.read import read_model
from models3d.gltf.write import Profile, Variant, write_glb

__all__ = ["Profile", "Variant", "read_model", "write_glb"]
