"""Functions of the scoop (PUS service 8): what an operator asks of it.

The ranges of the fields are the widest of any mission. A motion is checked whole before anything moves, against reach,
joints, keep-out, heights and the mission's own limits: the failed start says which would be violated, and by how much.
"""

from __future__ import annotations

from flight.icd.fields import enum8, f32, u8, u16
from flight.icd.imaging import PictureKind
from flight.icd.kinds import Command
from flight.icd.modes import RakeLaw
from flight.icd.vc0706 import Size

_DEPTH = "depth below the surface that was found"
_ASIDE = "turned so far from the site about the arm's base, left positive; a rover can't: 0"
_SPEED = "speed of the edge"


class Collect(Command, function=1):
    """Collect a sample: unstow, find the surface, dig and weigh until enough is proven to be in the scoop, stow."""

    site: int = u8("", "which of the reachable dig sites to begin with", limits=(0, 8))
    max_digs: int = u8("", "give up after so many digs", limits=(1, 20))


class FindSurface(Command, function=2):
    """Unstow if needed and touch the surface at a dig site, without digging."""

    site: int = u8("", "dig site", limits=(0, 8))


class Stow(Command, function=3):
    """Fold the arm into its stowed pose, the scoop kept level. What was weighed to be enough is weighed again there,
    and counts as collected.
    """


class Abort(Command, function=4):
    """Stop whatever is running and freeze the joints in place."""


class Recover(Command, function=5):
    """Leave SAFE for STANDBY, once the reason for it is gone."""


class Discard(Command, function=6, hazardous=True):
    """Pour the scoop out in front of the lander, whatever is in it: a sample that was collected is so no more."""


class Unstow(Command, function=7):
    """Unfold the arm, or lift the scoop out of the soil, and hold it level in the weighing pose."""


class GoToPose(Command, function=8):
    """Move the scoop's edge to a place above the surface, along a straight line, and stay there."""

    x_m: float = f32("m", "edge, in the frame of motion_hk.edge_m: LANDER, or SITE for a rover", limits=(-5, 5))
    y_m: float = f32("m", "edge, left positive; of a rover always 0", limits=(-5, 5))
    z_m: float = f32("m", "height of the edge", limits=(-1, 2))
    rake_deg: float = f32("deg", "scoop floor from level, edge down positive", limits=(-150, 120))
    speed_m_s: float = f32("m/s", _SPEED, limits=(0.001, 0.1))


class DigLinear(Command, function=9):
    """Draw the scoop through the soil along a line at one depth: in steeply, out level. Find the surface before."""

    site: int = u8("", "dig site whose surface was found last", limits=(0, 8))
    aside_deg: float = f32("deg", _ASIDE, limits=(-45, 45))
    depth_m: float = f32("m", _DEPTH, limits=(0.001, 0.05))
    length_m: float = f32("m", "length drawn at that depth", limits=(0.01, 0.3))
    rake_deg: float = f32("deg", "scoop floor from level as it cuts, edge down", limits=(10, 60))
    speed_m_s: float = f32("m/s", _SPEED, limits=(0.001, 0.05))


class DigArc(Command, function=10):
    """Draw the scoop through the soil along an arc, deepest half-way. Not of a rover. Find the surface before."""

    site: int = u8("", "dig site whose surface was found last", limits=(0, 8))
    aside_deg: float = f32("deg", _ASIDE, limits=(-45, 45))
    depth_m: float = f32("m", _DEPTH, limits=(0.001, 0.05))
    chord_m: float = f32("m", "from where the edge enters the surface to where it leaves it", limits=(0.01, 0.3))
    rake_deg: float = f32("deg", "scoop floor from level at the deepest point, edge down", limits=(10, 60))
    rake_law: RakeLaw = enum8(RakeLaw, "whether the scoop turns with the arc")
    speed_m_s: float = f32("m/s", _SPEED, limits=(0.001, 0.05))


class Scrape(Command, function=11):
    """Draw the scoop over the ground, its floor nearly flat, to take off a thin layer. Find the surface before."""

    site: int = u8("", "dig site whose surface was found last", limits=(0, 8))
    aside_deg: float = f32("deg", _ASIDE, limits=(-45, 45))
    depth_m: float = f32("m", "thickness of the layer", limits=(0.001, 0.005))
    length_m: float = f32("m", "length drawn", limits=(0.01, 0.3))
    speed_m_s: float = f32("m/s", _SPEED, limits=(0.001, 0.05))


class Weigh(Command, function=12):
    """Carry the scoop level to the weighing pose and weigh what is in it. What is enough counts once it is stowed."""


class Tare(Command, function=13):
    """Weigh the empty scoop in the weighing pose. Refused once a dig has begun, until the scoop is discarded."""


class Vibrate(Command, function=14):
    """Swing the scoop's joint where it is, to settle soil or to shed what sticks."""

    swing_deg: float = f32("deg", "amplitude", limits=(0.1, 5))
    hz: float = f32("Hz", "swings a second", limits=(0.5, 15))
    seconds: float = f32("s", "how long", limits=(1, 30))


class Image(Command, function=15):
    """Take a picture, in any mode: nothing is moved. A usable one counts for the sample, where it needs its kind."""

    kind: PictureKind = enum8(PictureKind, "what it is to show")
    resolution: Size = enum8(Size, "how large: VGA 640 x 480, QVGA 320 x 240, QQVGA 160 x 120")


class Arm(Command, function=16):
    """Arm a hazardous function for 10 s: fired by the next telecommand, or disarmed by it."""

    target: int = u16("", "the hazardous function, by name or number")


class TorqueOff(Command, function=17, hazardous=True):
    """Take the torque off all joints: the arm drops unless it is stowed or held. Refused while a sequence runs."""


class TorqueOn(Command, function=18):
    """Put torque on all joints, which hold the pose they are in."""


class RebootServo(Command, function=19, hazardous=True):
    """Restart the servo of a joint, which clears its hardware error: it lets go until it is set up again."""

    joint: int = u8("", "joint from the base, 0..3; of a rover lift, curl and then its wheels, 0..5", limits=(0, 5))
