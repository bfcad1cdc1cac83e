"""Pendants by themselves: stones in settings, bars, discs, hearts and lockets, with their bails."""
