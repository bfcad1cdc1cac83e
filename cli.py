"""The `parure` command."""
