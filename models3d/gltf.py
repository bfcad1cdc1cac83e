"""Models as glTF 2.0 files: `write_glb` to bytes, `read_model` from a GLB or glTF file."""

from models3d.gltf_read import read_model
from models3d.gltf_write import write_glb

__all__ = ["read_model", "write_glb"]
