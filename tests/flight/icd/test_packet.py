"""Declared packets: the codec is held to the construct layout, and takes nothing that does not fit."""

import contextlib
import math
import sys
from enum import IntEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.fields import enum8, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64
from flight.icd.kinds import Command, Housekeeping, Telemetry
from flight.icd.packet import DecodeError, DictionaryError, EncodeError, Packet
from flight.icd.space_packet import TmEncoder, encode_tc


class Gear(IntEnum):
    LOW = 1
    HIGH = 4


@given(data=st.data())
def test_codec_and_construct_agree_on_every_record(data, kinds, records_of):
    kind = data.draw(st.sampled_from(kinds))
    record = data.draw(records_of(kind))
    values = {name: getattr(record, name) for name in kind.fields}
    assert record.encode() == kind.layout().build(values)
    parsed = kind.layout().parse(record.encode())
    for name, value in values.items():
        found = tuple(parsed[name]) if isinstance(value, tuple) else getattr(parsed[name], "intvalue", parsed[name])
        assert found == value


@given(data=st.data())
def test_what_is_encoded_decodes_to_the_same(data, kinds, records_of):
    kind = data.draw(st.sampled_from(kinds))
    record = data.draw(records_of(kind))
    assert kind.decode(record.encode()) == record
    assert len(record.encode()) == kind.size() == kind.layout().sizeof()


@given(body=st.binary(max_size=120), data=st.data())
def test_octets_decode_or_are_refused_with_a_reason(body, data, kinds):
    kind = data.draw(st.sampled_from(kinds))
    if len(body) != kind.size():
        with pytest.raises(DecodeError, match=kind.__name__):
            kind.decode(body)
    else:
        with contextlib.suppress(DecodeError):  # an enumeration may not have the value
            kind.decode(body)


class Small(Packet):
    a: int = u8("", "a")
    b: float = f32("m", "b", 2)


@pytest.mark.parametrize(("name", "value"), [("a", 256), ("a", -1), ("a", 1.5), ("b", (1.0, "x")), ("b", (1e39, 0.0))])
def test_a_value_that_does_not_fit_is_an_error_that_names_it_and_never_a_mask(name, value):
    record = Small(**{name: value})
    with pytest.raises(EncodeError, match=f"Small.{name}") as caught:
        record.encode()
    assert caught.value.field == name


INTEGERS = [
    (u8, 0, 255), (u16, 0, 2**16 - 1), (u32, 0, 2**32 - 1), (u64, 0, 2**64 - 1),
    (i8, -128, 127), (i16, -(2**15), 2**15 - 1), (i32, -(2**31), 2**31 - 1), (i64, -(2**63), 2**63 - 1),
]  # fmt: skip
SINGLE_MAX = 3.4028234663852886e38


def everywhere(**fields):
    """A telemetry packet and a telecommand with these fields, and how each becomes octets."""
    down = type(Telemetry)("Down", (Telemetry,), {**fields, "__doc__": "It."}, service=200, subtype=1)
    up = type(Command)("Up", (Command,), {**fields, "__doc__": "It."}, service=200, subtype=1)
    return [(down, Packet.encode), (down, lambda r: TmEncoder().encode(r, 0)), (up, lambda r: encode_tc(r, 0))]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("make", "low", "high"), INTEGERS)
def test_every_integer_takes_its_bounds_and_refuses_what_is_beyond_them_on_every_way_out(make, low, high, count):
    for kind, encode in everywhere(value=make("", "x", count)):
        for good in (low, high):
            record = kind(value=good if count == 1 else (0, good, 0))
            assert kind.decode(record.encode()) == record
            encode(record)
        for bad in (low - 1, high + 1, 2**64, -(2**63) - 1, 0.5, None, "1"):
            with pytest.raises(EncodeError, match=rf"{kind.__name__}\.value"):
                encode(kind(value=bad if count == 1 else (0, bad, 0)))


@pytest.mark.parametrize(("make", "most"), [(f32, SINGLE_MAX), (f64, sys.float_info.max)])
def test_every_float_takes_its_bounds_and_refuses_what_is_beyond_them(make, most):
    for kind, encode in everywhere(value=make("m", "x")):
        for good in (-most, most, 0.0, 5e-324):
            assert kind.decode(kind(value=good).encode()).value == pytest.approx(good)
            encode(kind(value=good))
        for bad in (10**400, "1", None, (1.0,), *((most * 2, -most * 2) if make is f32 else ())):
            with pytest.raises(EncodeError, match=rf"{kind.__name__}\.value"):
                encode(kind(value=bad))


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_telemetry_can_say_that_it_has_no_number_and_a_telecommand_can_not(value):
    for kind, encode in everywhere(value=f32("m", "x")):
        if issubclass(kind, Command):
            with pytest.raises(EncodeError, match="finite"):
                encode(kind(value=value))
        else:
            assert str(kind.decode(kind(value=value).encode()).value) == str(value)


@pytest.mark.parametrize("count", [1, 2])
def test_a_scaled_field_takes_its_limits_and_refuses_the_next_number(count):
    for kind, encode in everywhere(value=i16("V", "x", count, scale=0.1, limits=(-0.3, 0.3))):
        for good in (-3, 3):
            encode(kind(value=good if count == 1 else (good, good)))
        for bad in (-4, 4):
            with pytest.raises(EncodeError, match=r"allowed: -0\.3\.\.0\.3 V"):
                encode(kind(value=bad if count == 1 else (0, bad)))


def test_a_number_that_no_member_of_the_enumeration_has_is_refused_where_it_is_sent():
    for kind, encode in everywhere(value=enum8(Gear, "x")):
        for good in (Gear.LOW, Gear.HIGH, 4):
            encode(kind(value=good))
        for bad in (0, 2, 255, None, "LOW", [4]):
            with pytest.raises(EncodeError, match=r"allowed: LOW \(1\), HIGH \(4\)"):
                encode(kind(value=bad))


@pytest.mark.parametrize("value", [(1, 2), (1, 2, 3, 4), 5, None])
def test_an_array_has_all_its_elements_and_no_more(value):
    for limits in (None, (0, 9)):
        for kind, encode in everywhere(value=u8("", "x", 3, limits=limits)):
            with pytest.raises(EncodeError, match=rf"{kind.__name__}\.value"):
                encode(kind(value=value))


def test_a_short_array_is_not_filled_up_from_the_next_one():
    for kind, encode in everywhere(a=u8("", "x", 3), b=u8("", "x", 3)):
        with pytest.raises(EncodeError, match=rf"{kind.__name__}\.a = \(1, 2\); allowed: 0\.\.255, 3 values"):
            encode(kind(a=(1, 2), b=(3, 4, 5, 6)))


def test_a_record_has_no_other_attributes():
    with pytest.raises(AttributeError):
        Small().c = 1
    with pytest.raises(EncodeError, match="no field"):
        Small(c=1)


def test_limits_hold_when_encoding():
    class Bounded(Packet):
        low: int = u16("", "low", limits=(10, 20))

    assert Bounded(low=20).encode() == b"\x00\x14"
    with pytest.raises(EncodeError, match=r"allowed: 10\.\.20"):
        Bounded(low=21).encode()


def test_a_command_takes_finite_numbers_alone():
    class Move(Command, function=1):
        to_m: float = f32("m", "to")

    with pytest.raises(EncodeError, match="finite"):
        Move(to_m=float("nan")).encode()


def test_an_unknown_enumeration_value_names_field_and_members(kinds):
    every = kinds[0]
    body = bytearray(every().encode())
    body[-1] = 77
    with pytest.raises(DecodeError, match=r"k = 77; allowed: DARK \(3\)") as caught:
        every.decode(bytes(body))
    assert caught.value.field == "k"


def test_a_field_can_not_take_the_name_of_a_method():
    with pytest.raises(DictionaryError, match="encode"):
        type(Small)("Bad", (Small,), {"encode": u8("", "x")})


def test_unknown_class_arguments_are_refused():
    with pytest.raises(DictionaryError, match="sidd"):

        class Bad(Housekeeping, sidd=3):
            pass


@pytest.mark.parametrize("sid", [-1, 65536])
def test_identifiers_are_16_bits(sid):
    with pytest.raises(DictionaryError, match=r"0\.\.65535"):

        class Bad(Housekeeping, sid=sid):
            pass


def test_housekeeping_tells_its_age_and_saturates(kinds):
    record = kinds[0]()
    record.stamp(1_000_000_000)
    record.set_age(1_250_999_999)
    assert (record.valid, record.age_ms) == (True, 250)
    record.set_age(10**12)
    assert record.age_ms == 0xFFFF
    record.set_age(0)
    assert record.age_ms == 0
