"""Cut stones: every cut from its proportions, sized by carat or by millimetres."""
