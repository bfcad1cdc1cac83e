"""What the page's viewer downloads: one file of a piece, and one of the light it stands in.

`model_file.viewer_glb` is the piece with all that the renderer bakes and decides, so that the page
only draws; `environment_file` is the prefiltered studio, the same for every piece.
"""
