"""Models as glTF 2.0 files: `write_glb` to bytes, `read_model` from a GLB or glTF file.

Reading goes through gltf_container (bytes, JSON, URIs), gltf_schema (types and references),
gltf_layout and gltf_accessors (numbers), gltf_materials with gltf_images, gltf_primitives with
gltf_compression (triangles), and gltf_read (the scene).
"""

from models3d.gltf_read import read_model
from models3d.gltf_write import write_glb

__all__ = ["read_model", "write_glb"]
