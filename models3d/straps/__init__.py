"""Straps and bracelets of watches: leather, rubber, mesh and links, and how they meet a case."""
