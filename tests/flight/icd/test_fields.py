"""What a declared field accepts, and says that it accepts."""

import math
import struct
from enum import IntEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.fields import Field, enum8, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64


class Colour(IntEnum):
    RED = 1
    BLUE = 4


@pytest.mark.parametrize(
    ("make", "low", "high"),
    [
        (u8, 0, 255), (u16, 0, 65535), (u32, 0, 2**32 - 1), (u64, 0, 2**64 - 1),
        (i8, -128, 127), (i16, -32768, 32767), (i32, -(2**31), 2**31 - 1), (i64, -(2**63), 2**63 - 1),
    ],
)  # fmt: skip
def test_an_integer_without_limits_takes_all_that_its_type_holds(make, low, high):
    field = make("", "x")
    assert field.range == (low, high)
    struct.pack(">" + field.code, low)
    struct.pack(">" + field.code, high)
    with pytest.raises(struct.error):
        struct.pack(">" + field.code, high + 1)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "1", None])
def test_no_field_admits_what_is_no_finite_number(value):
    assert not f64("m", "x").admits(value)
    assert not u8("", "x").admits(value)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_a_single_at_its_limit_is_admitted_after_it_travelled(low, span):
    field = f32("m", "x", limits=(low, low + span))
    for bound in field.range:
        arrived = struct.unpack(">f", struct.pack(">f", bound))[0]
        assert field.admits(arrived)


def test_limits_are_engineering_values():
    field = i16("deg", "x", scale=0.01, limits=(-90, 90))
    assert field.admits(9000)
    assert not field.admits(9001)
    assert field.allowed() == "-90..90 deg"


def test_a_constant_is_the_default():
    assert u8("", "x", limits=(7, 7)).default == 7
    assert u8("", "x", limits=(6, 7)).default == 0
    assert f32("m", "x", 2).default == (0.0, 0.0)


def test_an_enumeration_begins_with_its_first_member_and_lists_all():
    field = enum8(Colour, "x")
    assert isinstance(field, Field)
    assert field.default is Colour.RED
    assert field.allowed() == "RED (1), BLUE (4)"


def test_a_field_holds_at_least_one_value():
    with pytest.raises(ValueError, match="at least one"):
        u8("", "x", 0)


@pytest.mark.parametrize(
    ("field", "limits", "raw"),
    [
        (u8("V", "x", scale=0.1), (0.1, 0.3), (1, 3)),
        (u8("V", "x", scale=0.1), (0.11, 0.39), (2, 3)),
        (i16("deg", "x", scale=0.01), (-90, 90), (-9000, 9000)),
        (u8("", "x"), (3, 7), (3, 7)),
        (f64("m", "x"), (-0.1, 0.1), (-0.1, 0.1)),
        (f64("m", "x", scale=2.0), (-1, 1), (-0.5, 0.5)),
    ],
)
def test_bounds_are_known_as_raw_numbers(field, limits, raw):
    assert field.raw_bounds(limits) == raw


@given(st.integers(-100, 100), st.integers(0, 100), st.sampled_from([0.1, 0.01, 0.3, 1e-3, 1 / 3, 7.0]))
def test_a_scaled_number_at_its_bound_is_within_it_and_the_next_is_not(low, span, scale):
    field = i16("V", "x", scale=scale, limits=(low * scale, (low + span) * scale))
    assert field.admits(low)
    assert field.admits(low + span)
    assert not field.admits(low - 1)
    assert not field.admits(low + span + 1)


def test_a_float_without_limits_admits_every_finite_number():
    assert f64("m", "x").admits(1e308)
    assert f64("m", "x").admitted == (-1.7976931348623157e308, 1.7976931348623157e308)


def test_an_enumeration_admits_its_members_alone():
    field = enum8(Colour, "x")
    assert field.members == {1: "RED", 4: "BLUE"}
    assert [value for value in range(256) if field.admits(value)] == [1, 4]
    assert u8("", "x").members == {}


def test_a_single_beyond_the_greatest_is_infinite():
    field = f32("m", "x", limits=(-1e39, 1e39))
    assert field.raw_bounds((-1e39, 1e39)) == (-math.inf, math.inf)
