"""Declared packets: the codec is held to the construct layout, and takes nothing that does not fit."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.fields import f32, u8, u16
from flight.icd.kinds import Command, Housekeeping
from flight.icd.packet import DecodeError, DictionaryError, EncodeError, Packet


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
