"""The offscreen renderer: the only folder that imports the GPU API."""
