"""The words of fault detection: conditions that modes ask for, sensors that are voted on, what is said against them."""

from __future__ import annotations

from enum import IntEnum


class Condition(IntEnum):
    """What must hold before a mode is entered or a function begins; its value says how it is broken."""

    NONE = 0
    NO_FAULT = 1
    """No fault is latched; value: the first that is, as of `SafeReason`."""
    JOINTS_HEARD = 2
    """Every servo is set up, heard and believed; value: bit n for servo n that is not."""
    JOINTS_SOUND = 3
    """No servo has an error that takes its torque or its encoder, none is too hot; value: bit n for servo n."""
    SUPPLY = 4
    """Every servo has a voltage it works with; value: bit n for servo n that has not."""
    LOAD_CELL = 5
    """The load cell gives values that are believed; value: its votes, 0 when it gives none."""
    CUSTODY = 6
    """The sample is neither offered nor transferred; value: the state of custody."""
    STORE = 7
    """What is recorded is kept; value: records that were not in the last seconds."""


class Sensor(IntEnum):
    """What is voted on."""

    LOAD_CELL = 0
    ENCODER = 1
    """Of the servo told beside it, as are the two after it."""
    THERMOMETER = 2
    VOLTMETER = 3
    CAMERA = 4


class Doubt(IntEnum):
    """Why a value was voted against."""

    NONE = 0
    FROZEN = 1
    """The same number again and again, where noise should show; value: s for which it has stood."""
    JUMP = 2
    """Off by more than can be from one reading to the next; value: by how much."""
    RANGE = 3
    """No such value can be; value: the reading."""
    SCATTER = 4
    """Neighbouring readings lie further apart than at rest; value: by how much, in the median."""
    FAILED = 5
    """It was asked and gave nothing of use; value: how often by now."""


SERVOS = 6
"""Most servos of a platform: places in the arrays of housekeeping."""
