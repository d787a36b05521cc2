"""The image of all settable parameters, as it is kept in two banks: the hash of its layout, then the groups."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from flight.icd.events.supervision import DefaultsReason
from flight.icd.kinds import ParameterGroup
from flight.icd.packet import DecodeError, EncodeError
from flight.recorder.banks import Label

NAME, MAGIC, VERSION = "parameters", b"SJPA", 1
LABEL = Label(NAME, MAGIC, VERSION)
_HASH_SIZE = 8


class ImageError(ValueError):
    """An image that can't be put in force; `reason` says why."""

    def __init__(self, reason: DefaultsReason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class ParameterImage:
    """Turns `groups`, the live records, into an image and back. As they are now they are the defaults.

    An image fits only the layout it was made in: the same declarations, the same mission, the same defaults. Otherwise
    a value kept from before would silently override what a newer mission file says.
    """

    __slots__ = ("_defaults", "_groups", "_hash")

    def __init__(self, groups: Sequence[ParameterGroup], mission: str) -> None:
        self._groups = tuple(groups)
        self._defaults = tuple(group.encode() for group in groups)
        layout = [
            mission,
            [
                [group.group, [[name, field.struct_format, field.scale, field.limits] for name, field in fields]]
                for group, fields in ((group, group.fields.items()) for group in groups)
            ],
            [default.hex() for default in self._defaults],
        ]
        self._hash = hashlib.sha256(json.dumps(layout).encode()).digest()[:_HASH_SIZE]

    def encode(self) -> bytes:
        """The values in force."""
        return self._hash + b"".join([group.encode() for group in self._groups])

    def apply(self, image: bytes) -> None:
        """Put the values of `image` in force, all of them; raises `ImageError` and changes nothing."""
        if image[:_HASH_SIZE] != self._hash:
            raise ImageError(DefaultsReason.ANOTHER_LAYOUT, "the image has another layout, mission or defaults")
        parts, at = [], _HASH_SIZE
        for group in self._groups:
            parts.append(image[at : at + group.size()])
            at += group.size()
        if at != len(image):
            raise ImageError(DefaultsReason.NOT_ALLOWED, f"the image has {len(image)} octets, the layout {at}")
        try:
            for group, part in zip(self._groups, parts, strict=True):
                type(group).decode(part).check()
        except (DecodeError, EncodeError) as error:
            raise ImageError(DefaultsReason.NOT_ALLOWED, str(error)) from None
        self._fill(parts)

    def restore(self) -> None:
        """Put the defaults in force."""
        self._fill(self._defaults)

    def _fill(self, parts: Sequence[bytes]) -> None:
        for group, part in zip(self._groups, parts, strict=True):
            values = type(group).decode(part)
            for name in group.fields:
                setattr(group, name, getattr(values, name))
