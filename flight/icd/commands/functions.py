"""Functions of the scoop (PUS service 8): what an operator asks of it."""

from __future__ import annotations

from flight.icd.fields import enum8, u8, u16
from flight.icd.imaging import PictureKind
from flight.icd.kinds import Command
from flight.icd.vc0706 import Size


class Collect(Command, function=1):
    """Collect a sample: unstow, find the surface, dig and weigh until enough is proven to be in the scoop, stow."""

    site: int = u8("", "which of the reachable dig sites to begin with", limits=(0, 8))
    max_digs: int = u8("", "give up after so many digs", limits=(1, 20))


class FindSurface(Command, function=2):
    """Unstow if needed and touch the surface at a dig site, without digging."""

    site: int = u8("", "dig site", limits=(0, 8))


class Stow(Command, function=3):
    """Fold the arm into its stowed pose, the scoop kept level."""


class Abort(Command, function=4):
    """Stop whatever is running and freeze the joints in place."""


class Recover(Command, function=5):
    """Leave SAFE for STANDBY, once the reason for it is gone."""


class Discard(Command, function=6, hazardous=True):
    """Pour the scoop out in front of the lander, whatever is in it: a sample that was collected is so no more."""


class Image(Command, function=15):
    """Take a picture, in any mode: nothing is moved. A usable one counts for the sample, where it needs its kind."""

    kind: PictureKind = enum8(PictureKind, "what it is to show")
    resolution: Size = enum8(Size, "how large: VGA 640 x 480, QVGA 320 x 240, QQVGA 160 x 120")


class Arm(Command, function=16):
    """Arm a hazardous function for 10 s: fired by the next telecommand, or disarmed by it."""

    target: int = u16("", "the hazardous function")


class TorqueOff(Command, function=17, hazardous=True):
    """Take the torque off all joints: the arm drops unless it is stowed or held. Refused while a sequence runs."""


class TorqueOn(Command, function=18):
    """Put torque on all joints, which hold the pose they are in."""


class RebootServo(Command, function=19, hazardous=True):
    """Restart the servo of a joint, which clears its hardware error: it lets go until it is set up again."""

    joint: int = u8("", "joint from the base, 0..3; of a rover lift, curl and then its wheels, 0..5", limits=(0, 5))
