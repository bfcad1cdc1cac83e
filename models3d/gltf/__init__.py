"""Models as glTF 2.0 files: `write_glb` to bytes, `read_model` from a GLB or glTF file.

Reading goes through container (bytes, JSON, URIs), schema (types and references), layout and
accessors (numbers), materials with images, primitives with compression (triangles), and read (the
scene).
"""

from models3d.gltf.read import read_model
from models3d.gltf.write import write_glb

__all__ = ["read_model", "write_glb"]
