"""Housekeeping of fault detection: what is believed, what is latched, how often the board and its servos started."""

from __future__ import annotations

from flight.icd.fdir import SERVOS, Condition
from flight.icd.fields import enum8, u8, u16, u32
from flight.icd.kinds import Housekeeping

Six = tuple[int, int, int, int, int, int]


class FdirHk(Housekeeping, sid=15, every_s=5.0):
    """Sensors under vote, latched faults, starts; every five seconds. Servo n is joint n, then the wheels."""

    latched: int = u16("", "bit n: fault n (SafeReason) is latched until cleared by command")
    missing: int = enum8(
        Condition, "first condition that keeps a collection from beginning now; NONE when nothing does"
    )
    load_cell_votes: int = u8("", "votes against the load cell")
    encoder_votes: Six = u8("", "votes against the servos' encoders", SERVOS)
    thermometer_votes: Six = u8("", "votes against their thermometers", SERVOS)
    voltmeter_votes: Six = u8("", "votes against their voltmeters", SERVOS)
    camera_votes: int = u8("", "votes against the camera")
    load_cell_demoted: int = u8("", "1 while the load cell is not believed")
    encoders_demoted: int = u8("", "bit n: the encoder of servo n is not believed")
    thermometers_demoted: int = u8("", "bit n: the thermometer of servo n is not believed")
    voltmeters_demoted: int = u8("", "bit n: the voltmeter of servo n is not believed")
    camera_demoted: int = u8("", "1 while the camera is not believed")
    demotions: int = u32("", "sensors demoted since start")
    readmissions: int = u32("", "sensors admitted again since start")
    boots: int = u8("", "starts in a row none of which has run for long, this one included")
    boots_most: int = u8("", "starts beyond which the board comes up in SAFE")
    servo_reboots: Six = u8("", "restarts of servos that count against their bound", SERVOS)
