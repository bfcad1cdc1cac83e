"""Who may show the collection on pages of their own: a merchant's key and the origins it covers.

One TOML file, named by `$PARURE_MERCHANTS`:

    [[merchant]]
    key = "maison-2f7c91"            # 8 to 64 letters, digits, - and _; it is no secret
    name = "Maison"
    origins = ["https://www.maison.example", "http://localhost:8080"]

Without it nobody but the service's own pages may.
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from viewer.errors import InvalidMerchantFile, NotAllowed

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
USUAL_PORTS: Final = {"http": 80, "https": 443}


def origin_of(address: str) -> str | None:
    """The origin of an address as browsers write it; None where it has none."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in USUAL_PORTS or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    shown = "" if port is None or port == USUAL_PORTS[parts.scheme] else f":{port}"
    return f"{parts.scheme}://{host}{shown}"


def _checked_origin(text: str) -> str:
    origin = origin_of(text)
    if origin is None or origin != text.lower():
        raise ValueError(f'"{text}" is no origin: write https://www.example.com, without a path')
    host = urlsplit(origin).hostname
    if origin.startswith("http:") and host not in LOOPBACK:
        raise ValueError(f'"{text}" can be read on its way: only https, or http on this machine')
    if set(origin) & set("*;, '\""):
        raise ValueError(f'"{text}" must be one origin, written out')
    return origin


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Merchant(_Strict):
    """A shop that shows the collection on its own pages."""

    key: str = Field(pattern="^[A-Za-z0-9_-]{8,64}$")
    name: str = Field(min_length=1)
    origins: tuple[Annotated[str, AfterValidator(_checked_origin)], ...] = Field(min_length=1)


class Merchants(_Strict):
    """Every merchant."""

    merchant: tuple[Merchant, ...] = ()

    @model_validator(mode="after")
    def _keys_differ(self) -> Self:
        keys = [one.key for one in self.merchant]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise ValueError(f'two merchants have the key "{twice}"')
        return self

    def of(self, key: str) -> Merchant:
        """The merchant with this key.

        Raises:
            NotAllowed: there is none.
        """
        for one in self.merchant:
            if one.key == key:
                return one
        raise NotAllowed(
            f'No merchant has the key "{key[:64]}": write the one that this service knows.'
            if key
            else "This page is not the service's own: give the merchant's key."
        )

    def know(self, origin: str) -> bool:
        """Whether any merchant's pages stand at an origin."""
        return any(origin in one.origins for one in self.merchant)

    def check(self, key: str, origin: str) -> Merchant:
        """The merchant that shows the collection at an origin.

        Raises:
            NotAllowed: the key covers other origins, or is none.
        """
        merchant = self.of(key)
        if origin not in merchant.origins:
            raise NotAllowed(
                f'The key "{key}" does not cover {origin[:200]}: add it to the merchant\'s origins.'
            )
        return merchant


def merchants() -> Merchants:
    """Those of `$PARURE_MERCHANTS`; none without it.

    Raises:
        InvalidMerchantFile: the file cannot be read or is wrong; says what.
    """
    said = os.environ.get("PARURE_MERCHANTS")
    return read_merchants(Path(said)) if said else Merchants()


@cache
def read_merchants(path: Path) -> Merchants:
    """The merchants of one file.

    Raises:
        InvalidMerchantFile: the file cannot be read or is wrong; says what.
    """
    try:
        return Merchants.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidMerchantFile(f"The file {path.name} cannot be read: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        where = f"{path.name}, {place}" if place else path.name
        raise InvalidMerchantFile(f"{where}: {first['msg']}.") from error
