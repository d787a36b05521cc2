"""Products: what a sample is proven with: pictures, weighings, touches, poses, decisions, and what is known of each.

    magic, version, kind, detail, number, TAI, monotonic time, phase, source, edge and pitch, exposure,
    octets and SHA-256 of the content, CRC-32 of all before it, content

A product has a number that no other has, in this run of the program or an earlier one. Stored it is a file of its own,
`DIR/products/0007-picture.product`, which gets its name when it is whole: a power cut leaves it whole or not at all.
"""

from __future__ import annotations

import hashlib
import math
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flight.icd.imaging import ProductKind, ProductSource
from flight.icd.modes import Phase
from flight.icd.packet import Triple

DIRECTORY = "products"
"""Under the directory of the recorder."""
SUFFIX = ".product"
UNKNOWN = math.nan
"""Of an exposure: a VC0706 does not tell it."""

_MAGIC, _VERSION = b"SAJP", 1
_HEADER = struct.Struct(">4sHBBIQQBB4ffI32s")
_CRC = struct.Struct(">I")
_SIZE = _HEADER.size + _CRC.size


class ProductError(ValueError):
    """Octets that are no whole product; says why."""


class About(NamedTuple):
    """What is known of a product."""

    kind: ProductKind
    sequence: int
    tai_ns: int
    """When it was taken, TAI nanoseconds since 1958, by the on-board time as it was then set."""
    monotonic_ns: int
    """The same moment by the clock that no telecommand sets."""
    phase: Phase
    source: ProductSource
    edge_m: Triple
    """Where the scoop's edge was, LANDER frame; not numbers where it was not known."""
    pitch_rad: float
    detail: int = 0
    """Of a picture its `PictureKind`, of what came of an event 0."""
    exposure_s: float = UNKNOWN


class Product(NamedTuple):
    """A product; `sha256` is that of its content, `record_sha256` that of all of it."""

    about: About
    content: bytes
    sha256: bytes
    record_sha256: bytes


def build_product(about: About, content: bytes) -> bytes:
    """The octets of a product."""
    head = _HEADER.pack(
        _MAGIC, _VERSION, about.kind, about.detail, about.sequence, about.tai_ns, about.monotonic_ns, about.phase,
        about.source, *about.edge_m, about.pitch_rad, about.exposure_s, len(content), hashlib.sha256(content).digest(),
    )  # fmt: skip
    return head + _CRC.pack(zlib.crc32(head)) + content


def parse_product(octets: bytes) -> Product:
    """The product that `octets` are; raises `ProductError`."""
    if len(octets) < _SIZE or not octets.startswith(_MAGIC):
        raise ProductError("not the beginning of a product")
    fields = _HEADER.unpack_from(octets)
    if zlib.crc32(octets[: _HEADER.size]) != _CRC.unpack_from(octets, _HEADER.size)[0]:
        raise ProductError("the CRC of its metadata does not fit")
    _, version, kind, detail, sequence, tai_ns, monotonic_ns, phase, source, x, y, z, pitch, exposure, size, digest = (
        fields
    )
    if version != _VERSION:
        raise ProductError(f"version {version}, known is {_VERSION}")
    content = octets[_SIZE:]
    if len(content) != size:
        raise ProductError(f"{len(content)} octets of content, should be {size}")
    if hashlib.sha256(content).digest() != digest:
        raise ProductError("the SHA-256 of its content does not fit")
    try:
        about = About(
            ProductKind(kind), sequence, tai_ns, monotonic_ns, Phase(phase), ProductSource(source), (x, y, z), pitch,
            detail, exposure,
        )  # fmt: skip
    except ValueError as error:
        raise ProductError(str(error)) from None
    return Product(about, content, digest, hashlib.sha256(octets).digest())


def product_name(about: About) -> str:
    """Its file's name."""
    return f"{about.sequence:04d}-{about.kind.name.lower()}{SUFFIX}"


def read_products(store: Path) -> Iterator[tuple[Path, Product | ProductError]]:
    """The products under the recorder's directory `store`, by number; what is none any more with the reason."""
    for path in sorted((store / DIRECTORY).glob(f"*{SUFFIX}")):
        try:
            yield path, parse_product(path.read_bytes())
        except ProductError as error:
            yield path, error


def next_sequence(store: Path) -> int:
    """The number after the highest among the products under `store`; to be asked before the loop begins."""
    names = [path.name.split("-")[0] for path in (store / DIRECTORY).glob("*-*")]
    return max((int(name) for name in names if name.isdecimal()), default=0) + 1
