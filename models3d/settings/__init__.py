"""How stones are held: claws and baskets, bezels, channels, pavé and halos, for any outline."""
