"""What displays are told of each value."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.catalogue import mission_dictionary
from flight.icd.fields import f32, i16, u8
from flight.icd.kinds import Command, Housekeeping, Telemetry
from flight.icd.metadata import State, values_of
from flight.icd.packet import Packet
from flight.icd.space_packet import TmEncoder, encode_tc


class Watched(Telemetry, service=200, subtype=1):
    """It."""

    supply: tuple[int, ...] = u8("V", "supply", 2, scale=0.1, warn=(10.0, 14.0), alarm=(9.5, 16.0))
    force_n: float = f32("N", "force", warn=(-0.1, 0.1))


SUPPLY, _, FORCE = values_of(Watched)


def test_arrays_are_taken_apart_and_named_as_columns():
    assert [value.name for value in values_of(Watched)] == ["supply_0", "supply_1", "force_n"]
    assert [value.raw(Watched(supply=(1, 2), force_n=3.0)) for value in values_of(Watched)] == [1, 2, 3.0]


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        (100, State.NORMAL), (140, State.NORMAL), (99, State.WARNING), (141, State.WARNING), (95, State.WARNING),
        (160, State.WARNING), (94, State.ALARM), (161, State.ALARM),
    ],
)  # fmt: skip
def test_the_bounds_of_a_range_are_in_it(raw, state):
    assert SUPPLY.state(raw) is state


def test_a_bound_is_in_its_range_as_a_single_too():
    assert FORCE.state(struct.unpack(">f", struct.pack(">f", 0.1))[0]) is State.NORMAL
    assert FORCE.state(0.1001) is State.WARNING


def test_what_is_no_number_is_outside_every_range():
    assert FORCE.state(math.nan) is State.WARNING


def test_engineering_values_are_scaled_or_named(kinds):
    shade = values_of(kinds[0])[-1]
    assert SUPPLY.engineering(120) == pytest.approx(12.0, abs=1e-12)
    assert (shade.engineering(9), shade.engineering(77)) == ("LIGHT", 77)
    assert (shade.names, SUPPLY.unit, SUPPLY.scale, SUPPLY.wire_type) == ({3: "DARK", 9: "LIGHT"}, "V", 0.1, "u8")
    assert (SUPPLY.description, SUPPLY.allowed, SUPPLY.warn, SUPPLY.alarm) == ("supply", None, (10, 14), (9.5, 16))


@given(data=st.data())
def test_every_offset_is_where_the_value_is(data, kinds, records_of):
    kind = data.draw(st.sampled_from([kind for kind in kinds if kind.fields]))
    record = data.draw(records_of(kind))
    octets = encode_tc(record, 0) if issubclass(kind, Command) else TmEncoder().encode(record, 0)
    for value in values_of(kind):
        assert struct.unpack_from(">" + value.field.code, octets, value.offset)[0] == value.raw(record)


def test_parameters_of_the_pool_have_identifiers():
    for kind in mission_dictionary().telemetry.values():
        idents = [value.ident for value in values_of(kind)]
        housekept = issubclass(kind, Housekeeping)
        assert idents == [kind.ident * 256 + place if housekept else None for place in range(len(idents))]
    for group in mission_dictionary().groups.values():
        assert [value.ident for value in values_of(group)] == [group.group * 256 + n for n in range(len(group.fields))]


def test_a_group_has_no_header():
    class Plain(Packet):
        """It."""

        a: int = i16("", "a")

    assert values_of(Plain)[0].offset == 0
