"""Housekeeping of camera and pictures. Counters are 64 bits: they can't wrap in any mission."""

from __future__ import annotations

from flight.icd.fields import enum8, f32, u8, u32, u64
from flight.icd.imaging import CameraFault, PictureFlaw
from flight.icd.kinds import Housekeeping


class CameraHk(Housekeeping, sid=7, every_s=5.0):
    """How the camera and its line fare, every five seconds."""

    port_open: int = u8("", "1 while the port is open")
    answering: int = u8("", "1 when it answered last")
    busy: int = u8("", "1 while a picture is taken")
    baud: int = u32("bit/s", "rate in use, 0 where the port decides")
    length: int = u32("octet", "size of the picture under way, or of the last")
    read: int = u32("octet", "how much of it was read")
    last_fault: CameraFault = enum8(CameraFault, "why the last picture did not come")
    last_flaw: PictureFlaw = enum8(PictureFlaw, "why the last picture that came can't be used")
    mean: float = f32("1", "mean brightness of the last picture, 0..255")
    contrast: float = f32("1", "standard deviation of the brightness of its blocks")
    pictures: int = u64("", "pictures read whole")
    usable: int = u64("", "those without a flaw")
    octets: int = u64("octet", "of pictures read")
    requests: int = u64("", "commands sent")
    retries: int = u64("", "commands sent again")
    rereads: int = u64("", "pictures read again for a flaw")
    silent: int = u64("", "answers that did not come in time")
    corrupt: int = u64("", "octets that were no answer to what was asked")
    refused: int = u64("", "answers with a status other than OK")
    failed: int = u64("", "pictures that did not come")
    port_losses: int = u64("", "times the port failed")


class ProductsHk(Housekeeping, sid=9, every_s=5.0):
    """What evidence there is on board, every five seconds."""

    made: int = u64("", "products made since start")
    recorded: int = u64("", "those that the recorder took")
    dropped: int = u64("", "those that it did not take in time, or that found no room to wait")
    waiting: int = u8("", "products that wait for the recorder")
    last_sequence: int = u32("", "number of the latest product; 0 before the first")
    last_sha256: int = u64("", "first 8 octets of the SHA-256 of its content and metadata together")


class PicturesHk(Housekeeping, sid=13, every_s=1.0):
    """Which pictures of the present collection there are, once a second."""

    imaged: int = u8("", "1 when there is a usable picture of every kind a sample needs")
    before: int = u8("", "usable pictures of the site before")
    collection: int = u8("", "usable pictures of the scoop where it dug")
    material: int = u8("", "usable pictures of what is in the scoop")
    after: int = u8("", "usable pictures of the site after")
    unusable: int = u8("", "pictures that came and can't be used; they are kept as products all the same")
    lacking: int = u8("", "pictures that did not come")
