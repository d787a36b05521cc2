"""What camera, pictures and products report."""

from __future__ import annotations

from flight.icd.fields import enum8, f32, u8, u16, u32, u64
from flight.icd.imaging import CameraFault, PictureFlaw, PictureKind, ProductKind
from flight.icd.kinds import Event, Severity


class CameraReady(Event, id=0x0230):
    """The camera answers."""

    baud: int = u32("bit/s", "rate it was found at; 0 where the port decides")
    looks: int = u16("", "how often it was looked for since it last answered")


class CameraMissing(Event, id=0x0231, severity=Severity.MEDIUM):
    """The camera does not answer at any rate; told once, and looked for until it does."""

    looks: int = u16("", "how often it was looked for")


class CameraFailed(Event, id=0x0232, severity=Severity.LOW):
    """The camera did not give what it was asked for, however often; the picture is lost."""

    fault: CameraFault = enum8(CameraFault, "how")
    command: int = u8("", "code of the command that failed; 0 when it was none")
    at: int = u32("octet", "octets of the picture read by then")


class PictureChecked(Event, id=0x0233):
    """A picture was read whole and looked at: `flaw` NONE says that it is usable as far as can be told on board."""

    flaw: PictureFlaw = enum8(PictureFlaw, "why it can't be used")
    octets: int = u32("octet", "its size")
    mean: float = f32("1", "mean brightness of its blocks, 0..255")
    contrast: float = f32("1", "standard deviation of the brightness of its blocks")
    rereads: int = u8("", "how often it was read again for a flaw")


class PictureLacking(Event, id=0x0320, severity=Severity.MEDIUM):
    """The sequence goes on without a usable picture of this kind."""

    kind: PictureKind = enum8(PictureKind, "what it should have shown")
    fault: CameraFault = enum8(CameraFault, "why none came, the last time")
    flaw: PictureFlaw = enum8(PictureFlaw, "why one that came can't be used, the last time")
    attempts: int = u8("", "how often it was tried")


class ProductMade(Event, id=0x0610):
    """A product was made and handed to the recorder."""

    kind: ProductKind = enum8(ProductKind, "what it is")
    sequence: int = u32("", "its number, which no other product has")
    octets: int = u32("octet", "size of its content")
    sha256: int = u64("", "first 8 octets of the SHA-256 of its content")
    record_sha256: int = u64("", "first 8 octets of the SHA-256 of content and metadata together")


class ProductDropped(Event, id=0x0611, severity=Severity.MEDIUM):
    """A product was not recorded: the recorder did not take it in time, or too many were waiting."""

    sequence: int = u32("", "its number")
    total: int = u16("", "products dropped since start")
