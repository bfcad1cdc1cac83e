"""Errors of the viewer.

ParureError
└── ViewerError
    ├── UnknownProduct      no product has this id
    ├── InvalidOption       an option does not exist or a value is out of its range
    ├── InvalidProductFile  a product's file does not describe a product
    ├── InvalidPriceFile    a merchant's prices cannot be read
    ├── InvalidTheme        a house's theme cannot be read, or words in its colours
    ├── InvalidMerchantFile  the list of merchants cannot be read
    ├── NotAllowed          a page may not show the collection
    ├── MissingTypeface     a typeface for printed sheets is not installed
    ├── PriceUnknown        the prices do not cover a piece, or a currency
    ├── UnknownConfiguration  no configuration has this hash here
    ├── UnknownDesign       a short code stands for nothing here
    ├── NoStore             nothing here can read the store's address
    ├── WrongSetting        a setting of the environment cannot be used
    ├── WeakKey             the key of signed links can be guessed
    ├── UnusablePanorama    a file of measured light is no panorama
    └── NoGraphics          no OpenGL implementation can be loaded
"""

from models3d.errors import ParureError


class ViewerError(ParureError):
    """A configuration cannot be shown."""


class UnknownProduct(ViewerError):
    """No product has this id."""


class InvalidOption(ViewerError):
    """An option does not exist, or its value is out of range."""


class InvalidProductFile(ViewerError):
    """A product's file is not TOML or does not describe a product."""


class InvalidPriceFile(ViewerError):
    """A merchant's price file cannot be read or lacks something."""


class InvalidMerchantFile(ViewerError):
    """The list of merchants cannot be read or names what is no origin."""


class NotAllowed(ViewerError):
    """A page of somebody else may not show the collection: its key or its origin is unknown."""


class MissingTypeface(ViewerError):
    """A typeface for printed sheets is not installed."""


class InvalidTheme(ViewerError):
    """A house's theme cannot be read, or words in its colours could not."""


class PriceUnknown(ViewerError):
    """The prices do not cover a piece, or a currency."""


class UnknownConfiguration(ViewerError):
    """No configuration has this hash here."""


class UnknownDesign(ViewerError):
    """A short code stands for nothing here."""


class NoStore(ViewerError):
    """Nothing here can read the store's address."""


class NoGraphics(ViewerError):
    """No OpenGL implementation can be loaded on this machine."""


class WrongSetting(ViewerError):
    """A setting in the environment is not what it should be."""


class WeakKey(ViewerError):
    """The key that signs links is too short to be a secret."""


class UnusablePanorama(ViewerError):
    """A file of measured light is missing, damaged or no panorama."""
