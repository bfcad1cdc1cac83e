"""Watch dials: plates, applied indices, printing, sub-dials, date and lume."""
