"""A camera frame in, the same frame with the jewel worn out."""
