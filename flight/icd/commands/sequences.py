"""Telecommands of PUS service 21, request sequencing. Sequences are loaded a step at a time."""

from __future__ import annotations

from flight.icd.embedded import embedded
from flight.icd.fields import u8, u32
from flight.icd.kinds import Command
from flight.icd.reports.sequences import SEQUENCES, STEPS


class _OneSequence(Command):
    sequence: int = u8("", "number of the sequence", limits=(0, SEQUENCES - 1))


class LoadSequenceStep(_OneSequence, service=21, subtype=1):
    """Put a step into a sequence that does not run: the next one behind its last, or instead of an earlier one."""

    position: int = u8("", "place of the step, from 0", limits=(0, STEPS - 1))
    delay_ms: int = u32("ms", "wait so long, once the step before has ended", limits=(0, 3_600_000))
    go_on: int = u8("", "1: go on with the next step though this one fails", limits=(0, 1))
    telecommand: tuple[int, ...] = embedded("what is released")


class UnloadSequence(_OneSequence, service=21, subtype=3):
    """Remove all steps of a sequence that does not run."""


class ActivateSequence(_OneSequence, service=21, subtype=4):
    """Run a sequence. Each step is told as progress; completion is that of the last step."""


class AbortSequence(_OneSequence, service=21, subtype=5):
    """End a running sequence; a telecommand it has released goes on."""


class ReportSequences(Command, service=21, subtype=6):
    """Say what each sequence holds and how far it has come; answered by 21/7."""
