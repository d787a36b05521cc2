"""Reports of PUS service 21: the request sequences."""

from __future__ import annotations

from enum import IntEnum

from flight.icd.fields import u8
from flight.icd.kinds import Telemetry

SEQUENCES = 8
STEPS = 16


class SequenceState(IntEnum):
    """What has become of a sequence."""

    EMPTY = 0
    LOADED = 1
    RUNNING = 2
    COMPLETED = 3
    FAILED = 4
    ABORTED = 5


_STATES = ", ".join(f"{state.value} {state.name.lower()}" for state in SequenceState)


class SequencesReport(Telemetry, service=21, subtype=7):
    """All sequences, by number."""

    steps: tuple[int, ...] = u8("", "steps each holds", SEQUENCES)
    states: tuple[int, ...] = u8("", f"what has become of each: {_STATES}", SEQUENCES)
    positions: tuple[int, ...] = u8("", "the step each is at, or ended at, from 0", SEQUENCES)
