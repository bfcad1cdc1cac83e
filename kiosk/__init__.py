"""The boutique's mirror: a camera, a screen, whoever stands before it, and nothing kept of them."""
