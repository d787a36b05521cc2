"""Reports of PUS service 1: what became of each telecommand (ECSS-E-ST-70-41C 6.1, 8.1)."""

from __future__ import annotations

from enum import IntEnum

from flight.icd.fields import enum8, f64, u8, u16, u32
from flight.icd.kinds import Telemetry
from flight.icd.limits import Limit


class FailureCode(IntEnum):
    """Why a telecommand was not accepted, not started or not completed; `detail` of the report belongs to it."""

    NONE = 0
    BAD_LENGTH = 1  # detail: octets of the body received
    BAD_CHECKSUM = 2
    BAD_HEADER = 3
    UNKNOWN_APID = 4  # detail: the APID
    UNKNOWN_TYPE = 5  # detail: service * 256 + subtype
    UNKNOWN_FUNCTION = 6  # detail: the function
    BAD_VALUE = 7  # detail: position of the field in the declaration, from 0
    NOT_AVAILABLE = 8  # no part of the running software serves it
    TOO_MANY = 9  # detail: commands in execution
    NOT_ALLOWED = 10  # detail: the mode or state that forbids it
    BUSY = 11  # detail: of a function, the step of the sequence that runs; of service 21 the sequence
    UNKNOWN_OBJECT = 12  # detail: the identifier that names nothing
    TIME_OUT = 13  # detail: the time-out in milliseconds
    ABORTED = 14
    FAILED = 15  # detail: the activity's own reason
    NOT_ARMED = 16  # detail: the function that must be armed just before
    TOO_LATE = 17  # detail: by how many milliseconds
    EMBEDDED = 18  # detail: the code for which the telecommand inside would be refused
    DUPLICATE = 19  # it is held already; detail: its identifier, if it has one
    FULL = 20  # detail: how many can be held
    OUT_OF_RANGE = 21  # detail: the parameter whose value is not allowed, or the size of the memory region
    READ_ONLY = 22  # detail: the parameter, which is measured and not set
    ENABLED = 23  # detail: the identifier of what must be disabled before
    SAMPLE_HELD = 24  # detail: the custody state; what it holds is not disturbed
    CUSTODY_STATE = 30  # detail: the custody state, from which this can't be
    NOT_AUTHORIZED = 31  # detail: what is wrong with the buyer's authorization (`flight.icd.custody.Refusal`)
    NOT_KEPT = 32  # detail: the custody state that the recorder did not take: nothing has changed
    OUTSIDE_LIMIT = 40  # detail: the limit; the report of the failed start says what was wanted and what is allowed
    OTHER_PLATFORM = 41  # this platform has nothing to do it with
    NO_SURFACE = 42  # detail: the dig site whose surface must be found first
    SCOOP_IN_USE = 43  # it may hold soil, so it is no empty one; discard it first
    NO_TARE = 44  # the empty scoop has not been weighed, and is empty no more if soil may be in it
    CONDITION = 60  # detail: 65536 * the condition that does not hold (`flight.icd.fdir.Condition`) + its value


class _Verification(Telemetry):
    request_packet: int = u16("", "packet identification of the telecommand: version, type, header flag, APID")
    request_sequence: int = u16("", "sequence control of the telecommand: flags, sequence count")


class _Failure(_Verification):
    code: FailureCode = enum8(FailureCode, "why")
    detail: int = u32("", "what belongs to the code")


class Accepted(_Verification, service=1, subtype=1):
    """The telecommand is well-formed, known and possible."""


class AcceptanceFailed(_Failure, service=1, subtype=2):
    """The telecommand was refused before anything came of it."""


class Started(_Verification, service=1, subtype=3):
    """Execution has begun."""


class StartFailed(_Failure, service=1, subtype=4):
    """Execution could not begin. Where a limit would be violated, it is named with what was wanted and is allowed."""

    limit: Limit = enum8(Limit, "the limit")
    part: int = u8("", "which box or joint, where the limit has several; else 0")
    wanted: float = f64("of limit", "what was wanted, in the unit of the limit")
    low: float = f64("of limit", "least that is allowed")
    high: float = f64("of limit", "greatest that is allowed")


class Progressed(_Verification, service=1, subtype=5):
    """A step of the execution is done."""

    step: int = u8("", "number of the step")


class ProgressFailed(_Verification, service=1, subtype=6):
    """A step of the execution failed; the execution goes on."""

    step: int = u8("", "number of the step")
    code: FailureCode = enum8(FailureCode, "why")
    detail: int = u32("", "what belongs to the code")


class Completed(_Verification, service=1, subtype=7):
    """Execution ended as asked."""


class CompletionFailed(_Failure, service=1, subtype=8):
    """Execution ended otherwise."""


class RoutingFailed(_Failure, service=1, subtype=10):
    """The telecommand is for an application that does not exist here."""


class OutcomeUnknown(_Verification, service=1, subtype=129):
    """Answer to a question for the outcome of a telecommand: it never came, or is forgotten (the latest are kept)."""


class ConnectionAlive(Telemetry, service=17, subtype=2):
    """Answer to a connection test: commands and telemetry get through."""
