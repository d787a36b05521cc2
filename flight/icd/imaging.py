"""Pictures: what they show, how one can fail, and what products of the mission there are."""

from __future__ import annotations

from enum import IntEnum


class PictureKind(IntEnum):
    """What a picture is to show."""

    BEFORE = 0
    """The site before anything is moved."""
    COLLECTION = 1
    """The scoop where it has just dug."""
    MATERIAL = 2
    """What is in the scoop."""
    AFTER = 3
    """The site after the scoop has been stowed."""
    EXTRA = 4
    """Whatever the ground wanted to see."""


NEEDED = (PictureKind.BEFORE, PictureKind.COLLECTION, PictureKind.MATERIAL, PictureKind.AFTER)
"""The kinds of which a sample needs a usable picture each."""


class PictureFlaw(IntEnum):
    """Why a picture that was read whole can't be used."""

    NONE = 0
    TRUNCATED = 1
    """It does not end with an end marker, or its data run out before its last block."""
    STRUCTURE = 2
    """Its segments are not those of a baseline JPEG."""
    FORMAT = 3
    """It is a JPEG of another size than asked for."""
    CODING = 4
    """Its data do not decode: a code that does not exist, a block that overflows, data left at the end."""
    DARK = 5
    BRIGHT = 6
    FLAT = 7
    """It shows no contrast."""
    STUCK = 8
    """It is the one before, octet for octet, which a sensor with noise does not give twice."""


class CameraFault(IntEnum):
    """Why no picture came."""

    NONE = 0
    SILENT = 1
    """No answer."""
    CORRUPT = 2
    """Octets that are no answer to what was asked."""
    REFUSED = 3
    """It answered with a status other than OK."""
    LENGTH = 4
    """It told a length that no picture has."""
    CLOSED = 5
    """Its port is not open, or there is none."""
    ABANDONED = 6
    """Whoever asked for it gave up."""


class ProductKind(IntEnum):
    """What a product of the mission is."""

    PICTURE = 1
    """A JPEG as the camera gave it."""
    WEIGHING = 2
    """The event of a tare or a weighing."""
    CONTACT = 3
    """The event of a touch of the surface."""
    POSE = 4
    """The event of a place: where on the Moon a sample was dug."""
    DECISION = 5
    """The event of a decision about the sample."""


class ProductSource(IntEnum):
    """What made a product."""

    CAMERA = 1
    FLIGHT = 2
    """The flight software, from what its sensors told."""
