"""The documents that go over HTTP."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from tryon.types import Ear, Finger, Hand


class Document(BaseModel):
    """A JSON object with exactly these fields."""

    model_config = ConfigDict(extra="forbid")


class Problem(Document):
    """Why a request was refused."""

    error: str = Field(description="A stable code, such as InvalidOption.")
    message: str = Field(description="One sentence for the person who asked.")


class ConfigurationRequest(Document):
    """A product and what was chosen; the rest takes its defaults."""

    product: str
    options: dict[str, str | float | int] = {}
    currency: str | None = Field(None, description="Of the price; the house's own by default.")
    like: str | None = Field(
        None,
        description="The hash of a piece of the same design whose viewer's file is there: the one "
        "of this piece, which will be asked for, is begun at once, lit as that one is.",
    )


class FactDocument(Document):
    """One line of the data sheet."""

    label: str
    value: str


class PriceLineDocument(Document):
    """One item of a price, before tax."""

    kind: str
    label: str
    amount: str = Field(description="An exact decimal.")
    words: str = Field(description="As the page's language writes it.")


class PriceDocument(Document):
    """A price, item by item; `lines` and `tax` add up to `total` exactly."""

    currency: str
    lines: list[PriceLineDocument]
    tax: PriceLineDocument
    total: str
    words: str = Field(description="The total as the page's language writes it.")
    edition: str = Field(description="Of the prices it was worked out from.")
    demonstration: bool = Field(description="Whether these are no market's prices.")


class Addresses(Document):
    """Where everything about a configuration is found."""

    page: str
    options: str = Field(description="The JSON Schema of the product's options.")
    model: str
    picture: str = Field(description="With {view}, {format} and {size}, in pixels, to fill in.")
    spin: str = Field(description="The addresses of a whole turn.")


class ConfigurationDocument(Document):
    """A configuration with every option decided."""

    product: str
    options: dict[str, str]
    idle: list[str] = Field(description="Options that decide nothing in this configuration.")
    canonical: str
    hash: str
    description: str
    facts: list[FactDocument]
    price: PriceDocument | None = Field(description="Null: on request.")
    urls: Addresses


class Choice(Document):
    """One of the values an option can take."""

    id: str
    label: str


class OptionDocument(Document):
    """One thing a shopper decides."""

    id: str
    label: str
    kind: str = Field(description="choice, number or text")
    default: str | float
    choices: list[Choice] | None = None
    min: float | None = None
    max: float | None = None
    step: float | None = None
    unit: str | None = None
    notation: str | None = None
    longest: int | None = None
    when: str | None = Field(None, description="The option matters only while this holds.")


class ProductDocument(Document):
    """Something that can be configured, shown and worn."""

    id: str
    name: str
    family: str
    anchor: str
    options: list[OptionDocument]


class IntrinsicsDocument(Document):
    """A pinhole camera in pixels of the image."""

    fx: float
    fy: float
    cx: float
    cy: float


class ScaleDocument(Document):
    """How large the body is in the picture, and how that is known."""

    source: str = Field(alias="from")
    mm_per_px: float
    interval: list[float] = Field(description="Between these in 95 of 100 cases.")


class GirthDocument(Document):
    """A girth and the bounds between which it lies in 95 of 100 cases, millimetres."""

    value: float
    low: float
    high: float


class FitDocument(Document):
    """How the size that was asked for suits the finger or wrist, measured beside a reference."""

    verdict: str = Field(description="fits, too large, too small or untold")
    made_for_mm: float | None = Field(description="Girth that the piece is made for.")
    girth_mm: GirthDocument | None = Field(description="Measured; null where it cannot be.")
    shown: float = Field(description="Size of the drawing over the piece's true size.")
    sentence: str = Field(description="For the wearer; why it is untold, in their language.")


class PlacementDocument(Document):
    """Where one jewel sits: the very fields of `parure tryon --json`."""

    product: str
    anchor: str
    finger: str | None
    hand: str | None
    side: str | None
    ear: str | None
    confidence: float
    camera_from_anchor: list[list[float]] = Field(description="4x4, row-major, OpenCV, metres")
    center_px: list[float]
    axis_px: list[float]
    width_px: float
    scale: ScaleDocument | None
    fit: FitDocument | None = Field(None, description="Where a reference was asked for.")


class QualityDocument(Document):
    """How carefully a stream is drawn: it gives way where frames would come too late."""

    level: int = Field(description="0: as carefully as can be.")
    supersampling: int
    gem_bounces: int
    heavy_every: int = Field(description="Frames between two looks at bodies and masks.")


class FrameDocument(Document):
    """One photo or frame after try-on: the very fields of `parure tryon --json`."""

    source: str
    frame: int
    time_ms: float
    image_size: list[int]
    intrinsics: IntrinsicsDocument
    placements: list[PlacementDocument]
    timings_ms: dict[str, float]
    quality: QualityDocument | None = Field(None, description="Of a live stream.")
    picture: str | None = Field(None, description="A data URL of the JPEG, when asked for.")


class WornItem(Document):
    """One piece and where it is worn; what does not matter to a piece is passed over."""

    product: str
    options: dict[str, str | float | int] = {}
    finger: Finger = Finger.RING
    hand: Hand | None = Field(None, description="The wearer's own; null for any hand.")
    ear: Ear | None = Field(None, description="The wearer's own; null for both ears.")


class WornRequest(WornItem):
    """What is worn and where; also the message that a stream takes."""

    also: list[WornItem] = Field([], description="More pieces worn at the same time.")


class StreamRequest(WornRequest):
    """Settings of a stream; each message replaces the one before."""

    report: bool = Field(False, description="Follow each picture with its placements as JSON.")
    smoothing: bool = True


class TryOnForm(Document):
    """The fields of a multipart try-on; further fields are options of the product."""

    model_config = ConfigDict(extra="allow")

    photo: str = Field(json_schema_extra={"format": "binary"})
    product: str
    options: str | None = Field(None, description="A JSON object of options.")
    set: list[str] | None = Field(None, description="Options as KEY=VALUE.")
    finger: Finger = Finger.RING
    hand: str = Field("any", description="left, right or any")
    ear: str = Field("both", description="left, right or both")
    reference: str | None = Field(
        None,
        description="card, coin:EUR1 …, lying beside a hand flat on a table: rings and pieces at "
        "the wrist are then shown at their true size, and each says how it fits.",
    )
    also: str | None = Field(None, description="A JSON array of more pieces worn at once.")
    intrinsics: str | None = Field(None, description="A JSON object of fx, fy, cx and cy.")
    longest_side: int | None = Field(None, description="Reduce the photo to this many pixels.")
    picture: bool = Field(False, description="Put the picture into the JSON as a data URL.")


class Health(Document):
    """That the service answers."""

    status: str
