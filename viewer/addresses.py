"""Where the public finds a configuration: what a printed sheet's code opens."""

from __future__ import annotations

import os
from urllib.parse import urlencode

from viewer.configuration import Configuration, configure

LOCAL = "http://127.0.0.1:8000"


def public_base() -> str:
    """Where the public finds the service: `$PARURE_URL`, this machine's own without it."""
    return os.environ.get("PARURE_URL", LOCAL).rstrip("/")


def page_query(configuration: Configuration) -> dict[str, str]:
    """The options that differ from the product's defaults: the query of its page."""
    plain = configure(configuration.product).options
    return {key: value for key, value in configuration.options.items() if value != plain[key]}


def public_address(configuration: Configuration) -> str:
    """The page of a configuration of the service."""
    query = urlencode(page_query(configuration))
    return f"{public_base()}/p/{configuration.product}{'?' if query else ''}{query}"
