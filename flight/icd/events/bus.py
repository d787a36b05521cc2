"""What the device drivers report: ports lost and found, servos missing, restarted or tripped, a scale that fails.

`joint` is the place of the joint in the mission file, counted from 0. Faults that can come in numbers are told at most
once a second each; `count` is how many there were since they were last told.
"""

from __future__ import annotations

from enum import IntEnum

from flight.icd.fields import enum8, u8, u16, u32
from flight.icd.kinds import Event, Severity


class Device(IntEnum):
    """What hangs on a port."""

    JOINTS = 0
    LOAD_CELL = 1
    CAMERA = 2


class ExchangeFault(IntEnum):
    """How an exchange of the control cycle failed."""

    SILENT = 0
    """Nothing came."""
    BROKEN = 1
    """Some of it came: octets or whole answers are missing."""
    CORRUPT = 2
    """A CRC did not hold."""
    REFUSED = 3
    """A servo answered with an error."""


class PortOpened(Event, id=0x0201):
    """A port is open; octets flow."""

    device: Device = enum8(Device, "what hangs on it")
    attempts: int = u16("", "attempts it took")


class PortLost(Event, id=0x0202, severity=Severity.MEDIUM):
    """A port failed and was closed; it is opened again by itself."""

    device: Device = enum8(Device, "what hangs on it")
    errno: int = u16("", "why, as the operating system told; 0 unknown")


class PortUnavailable(Event, id=0x0203, severity=Severity.MEDIUM):
    """A port can't be opened; told with the first attempt and then every minute."""

    device: Device = enum8(Device, "what hangs on it")
    errno: int = u16("", "why, as the operating system told; 0 unknown")
    attempts: int = u16("", "attempts since it was open")


class JointExchangeFailed(Event, id=0x0210, severity=Severity.LOW):
    """An exchange with the servos gave nothing, or not all: that frame's data are lost, the next is asked for."""

    fault: ExchangeFault = enum8(ExchangeFault, "how")
    missing: int = u8("", "bit n: joint n gave no data")
    count: int = u16("", "how many since last told")


class JointMissing(Event, id=0x0211, severity=Severity.MEDIUM):
    """A servo stopped answering; the others go on without it, and it is looked for."""

    joint: int = u8("", "which")


class JointAbsent(Event, id=0x0223, severity=Severity.MEDIUM):
    """A servo has not answered since the program or the line began; told once, and looked for until it is there."""

    joint: int = u8("", "which")
    looks: int = u8("", "how often it was looked for")


class JointReady(Event, id=0x0212):
    """A servo answers, and every setting was read back as wanted."""

    joint: int = u8("", "which")
    written: int = u8("", "settings that had to be written")
    torque: int = u8("", "1 when it was found with torque on")


class JointSettingRefused(Event, id=0x0213, severity=Severity.MEDIUM):
    """A setting was not read back as written."""

    joint: int = u8("", "which")
    address: int = u16("", "its first register")
    error: int = u8("", "error octet of the answer to the write; 255 when none came")


class JointWrongModel(Event, id=0x0214, severity=Severity.HIGH):
    """The servo with a joint's identifier is not of the model the mission file names; it is not used."""

    joint: int = u8("", "which")
    found: int = u16("", "its model number")
    expected: int = u16("", "the mission file's")


class JointRestarted(Event, id=0x0215, severity=Severity.MEDIUM):
    """A servo lost its settings, as by a loss of power: it is set up again, torque off until asked for."""

    joint: int = u8("", "which")


class JointHardwareError(Event, id=0x0216, severity=Severity.HIGH):
    """A servo reports a hardware error; those in its shutdown mask have taken its torque until it is rebooted."""

    joint: int = u8("", "which")
    bits: int = u8("", "register 70: 1 voltage, 4 overheat, 8 encoder, 16 shock, 32 overload")


class JointWatchdogTripped(Event, id=0x0217, severity=Severity.MEDIUM):
    """A servo heard nothing for too long and stopped by itself; its watchdog is armed again, its goal is its place."""

    joint: int = u8("", "which")


class JointRebooted(Event, id=0x0218, severity=Severity.MEDIUM):
    """A servo was told to restart, to clear a hardware error or because it was asked for."""

    joint: int = u8("", "which")
    bits: int = u8("", "hardware error before")


class ReadModeChanged(Event, id=0x0219):
    """The joints are read another way: in one chain of answers, or each with an answer of its own."""

    fast: int = u8("", "1 for one chain (Fast Sync Read)")
    joints: int = u8("", "bit n: joint n takes part")


class JointBusSilent(Event, id=0x021A, severity=Severity.HIGH):
    """No servo answers at all: the port is opened anew, then they are looked for at other rates."""

    silent_ms: int = u32("ms", "since when")


class JointBaudFound(Event, id=0x021B, severity=Severity.MEDIUM):
    """Servos answer at this rate; it is used from now on."""

    baud: int = u32("bit/s", "rate")
    configured: int = u32("bit/s", "rate of the mission file")


class JointTorqueRefused(Event, id=0x021C, severity=Severity.MEDIUM):
    """A servo does not take the torque asked for; it is no longer asked."""

    joint: int = u8("", "which")
    wanted: int = u8("", "1 on, 0 off")


class JointReleased(Event, id=0x021D, severity=Severity.MEDIUM):
    """Torque had to be taken from a servo, as a setting that is locked while it is on was wrong."""

    joint: int = u8("", "which")
    address: int = u16("", "the first such setting's first register")


class JointGoalRefused(Event, id=0x021E, severity=Severity.LOW):
    """A goal was not a number; the one before stays."""

    joint: int = u8("", "which")
    count: int = u16("", "how many since last told")


class PatienceChanged(Event, id=0x021F):
    """Answers come late again and again, or no longer: the time they are given has changed."""

    frames: int = u8("", "minor frames an answer may take")


class LoadCellFault(IntEnum):
    """How the load cell's transmitter failed to give a value."""

    SILENT = 0
    """No answer in time."""
    CORRUPT = 1
    """Octets that are no answer to what was asked."""
    REFUSED = 2
    """It answered with an exception."""
    STATUS = 3
    """Its status says that the value is not good."""


class LoadCellFailed(Event, id=0x0220, severity=Severity.LOW):
    """The load cell gave no good value."""

    fault: LoadCellFault = enum8(LoadCellFault, "how")
    detail: int = u16("", "exception code, or status word")
    count: int = u16("", "how many since last told")


class LoadCellLost(Event, id=0x0221, severity=Severity.MEDIUM):
    """There has been no good value for so long that the last one no longer counts."""

    age_ms: int = u32("ms", "age of the last one")


class LoadCellBack(Event, id=0x0222):
    """The load cell gives good values again."""

    silent_ms: int = u32("ms", "how long there was none")
