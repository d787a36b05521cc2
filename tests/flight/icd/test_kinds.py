"""Kinds of packets: what their class arguments say, and what of it is refused."""

import pytest

from flight.icd.fields import f32, u8
from flight.icd.kinds import Command, Event, Housekeeping, ParameterGroup, Severity, Telemetry
from flight.icd.packet import DictionaryError
from flight.icd.space_packet import TmEncoder, parse_tm


def test_housekeeping_is_3_25_and_begins_with_validity_and_age():
    class TempHk(Housekeeping, sid=600, every_s=0.5):
        """It."""

        case_c: float = f32("degC", "case")

    assert (TempHk.service, TempHk.subtype, TempHk.ident, TempHk.every_s) == (3, 25, 600, 0.5)
    assert list(TempHk.fields) == ["valid", "age_ms", "case_c"]
    record = TempHk(case_c=1.5)
    record.stamp(5_000_000, valid=True)
    record.set_age(12_000_000)
    assert parse_tm(TmEncoder().encode(record, 0)).body == bytes.fromhex("0258 01 0007 3fc00000")
    assert record.age_ns(12_000_000) == 7_000_000


@pytest.mark.parametrize(("severity", "subtype"), [(each, at + 1) for at, each in enumerate(Severity)])
def test_the_severity_of_an_event_is_its_subtype(severity, subtype):
    class Something(Event, id=0x7001, severity=severity):
        """It."""

    packet = parse_tm(TmEncoder().encode(Something(), 0))
    assert (packet.service, packet.subtype, packet.body) == (5, subtype, b"\x70\x01")


def test_a_function_is_8_1_and_another_command_what_it_says():
    class Fire(Command, function=300):
        """It."""

    class Ask(Command, service=17, subtype=1):
        """It."""

    assert (Fire.service, Fire.subtype, Fire.ident) == (8, 1, 300)
    assert (Ask.service, Ask.subtype, Ask.ident) == (17, 1, None)


def test_a_report_keeps_the_type_of_its_base():
    class _Base(Telemetry, service=200, subtype=7):
        """It."""

    class Report(_Base):
        """It."""

    assert (Report.service, Report.subtype) == (200, 7)


@pytest.mark.parametrize("group", [0x7F, 0x100])
def test_groups_do_not_share_numbers_with_structures(group):
    with pytest.raises(DictionaryError, match=r"outside 0x80\.\.0xFF"):

        class Wrong(ParameterGroup, group=group):
            """It."""


def test_fields_of_a_base_come_first():
    class _Base(Command):
        """It."""

        first: int = u8("", "1")

    class Both(_Base, function=301):
        """It."""

        second: int = u8("", "2")

    assert Both(first=1, second=2).encode() == b"\x01\x02"
