"""Bracelets, as worn: chains, tennis bracelets and charm bracelets."""
