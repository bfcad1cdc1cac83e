"""Earrings: studs, hoops, drops, chandeliers and pearls, with the findings that hold them."""
