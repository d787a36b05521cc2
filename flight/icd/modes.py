"""Enumerations that telemetry, commands and flight software share."""

from __future__ import annotations

from enum import IntEnum


class Mode(IntEnum):
    """What the scoop system is allowed to do."""

    SAFE = 0
    """Joints frozen in place; faults are latched, and only a command leaves it."""
    STANDBY = 1
    """Nothing moves by itself; what is asked for may."""
    OPERATE = 2
    """A sequence or a single motion runs."""
    CHECKOUT = 3
    """Commissioning: single motions, slower, one at a time; neither digging nor a collection."""


class Phase(IntEnum):
    """Step of the sampling sequence; also the phase names that faults can be timed by."""

    IDLE = 0
    UNSTOW = 1
    TARE = 2
    APPROACH = 3
    FIND_SURFACE = 4
    DIG = 5
    LIFT = 6
    WEIGH = 7
    STOW = 8
    DONE = 9
    FAILED = 10
    POUR = 11
    PICTURE_BEFORE = 12
    PICTURE_COLLECTION = 13
    PICTURE_MATERIAL = 14
    PICTURE_AFTER = 15
    CONFIRM = 16
    SHAKE = 17
    GO_TO = 18
    DIG_LINEAR = 19
    DIG_ARC = 20
    SCRAPE = 21
    VIBRATE = 22


class Custody(IntEnum):
    """Whose the sample is, and how far that is proven."""

    NONE = 0
    """No sample that counts."""
    COLLECTED = 1
    """Enough is proven to be in the scoop."""
    EVIDENCED = 2
    """The ground holds the whole evidence of it."""
    OFFERED = 3
    """It lies as the evidence shows it, for the buyer to accept."""
    TRANSFERRED = 4
    """The buyer accepted it: it is the buyer's, and nothing disturbs it."""
    RELEASED = 5
    """It is the buyer's, who lets it be moved."""


class RakeLaw(IntEnum):
    """How the scoop is held along an arc."""

    FIXED = 0
    """Its floor keeps the rake."""
    TURNING = 1
    """It turns with the arc, the rake against the way of the edge all along."""


class SafeReason(IntEnum):
    """Why the system went to SAFE."""

    NONE = 0
    JOINTS_STALE = 1
    JOINT_HARDWARE = 2
    JOINT_HOT = 3
    TASK_FAULT = 4
    SAMPLING_FAILED = 5
    BOOTS = 6
    """The board started too often without ever running for long."""
    KEEP_OUT = 7
    """Something was about to enter a keep-out box."""


class StepFailure(IntEnum):
    """Why a step of the sampling sequence failed."""

    NONE = 0
    TIMEOUT = 1
    UNREACHABLE = 2
    NO_CONTACT = 3
    STALLED = 4
    NOT_SETTLED = 5
    NO_LOAD_CELL = 6
    JOINTS_LOST = 7
    TRACKING = 8
    TOO_MUCH = 9
    TOO_MANY_DIGS = 10
    ABORTED = 11
    WENT_SAFE = 12
    NOT_EMPTY = 13
    BELOW_TARE = 14
    NO_PICTURE = 20
    PICTURE_UNUSABLE = 21
    SPILLED = 22
    """What was enough is so no more."""
    IMPLAUSIBLE = 23
    """A mass that nothing can have brought about: the scale is not believed."""
    CELL_STUCK = 24
    """The load cell says the same again and again, to the last digit."""
    SLIP = 25
    """The wheels slip too much to dig or to drive on."""
    FRONT_LIFTED = 26
    """The ground holds up the scoop, and the front wheels carry nothing."""
    SUNK = 27
    """The wheels have sunk into the ground."""
    TARE_TOO_OLD = 30
    RESTARTS = 31
    ZERO_UNSTEADY = 32
    """The load cell's zero does not stay the same for long enough to tare."""
    RESTARTED = 40
    """The board restarted: what the telecommand wanted is not known any more, so nothing goes on by itself."""
