"""How a drawing takes on the picture: its light, focus, noise and compression."""
