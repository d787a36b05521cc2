"""Modbus RTU: frames published in the specification and by others, both sides against each other, damage refused."""

import pytest
from fastcrc import crc16
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.modbus import (
    LAYOUT,
    ExceptionCode,
    Function,
    ModbusError,
    RefusedError,
    address_of,
    answer_size,
    exception_answer,
    i32_of,
    is_sealed,
    parse_answer,
    parse_request,
    read_answer,
    read_request,
    seal,
    u32_of,
    words_of_i32,
    words_of_u32,
    write_answer,
    write_many_request,
    write_one_request,
)

units = st.integers(1, 247)
addresses = st.integers(0, 0xFFFF)
words = st.integers(0, 0xFFFF)


def test_crc_check_value():
    assert crc16.modbus(b"123456789") == 0x4B37


@pytest.mark.parametrize(
    ("frame", "octets"),
    [
        (read_request(0x11, 0x6B, 3), "1103006B00037687"),
        (read_answer(0x11, (0xAE41, 0x5652, 0x4340)), "110306AE415652434049AD"),
        (write_one_request(0x11, 1, 3), "1106000100039A9B"),
        (write_many_request(0x11, 1, (0x000A, 0x0102)), "11100001000204000A0102C6F0"),
        (write_answer(parse_request(write_many_request(0x11, 1, (0x000A, 0x0102)))), "1110000100021298"),
        (exception_answer(0x0A, 1, ExceptionCode.ILLEGAL_ADDRESS), "0A8102B053"),
    ],
    ids=["read", "read answer", "write one", "write many", "write many answer", "exception"],
)
def test_frames_published_elsewhere(frame, octets):
    assert frame == bytes.fromhex(octets)


def test_register_40001_is_address_0():
    assert address_of(40001) == 0
    assert address_of(40008) == 7


@given(units, addresses, st.integers(1, 125), st.data())
def test_a_read_and_its_answer(unit, address, count, data):
    request = read_request(unit, address, count)
    assert parse_request(request) == (unit, Function.READ_HOLDING, address, count, ())
    registers = tuple(data.draw(st.lists(words, min_size=count, max_size=count)))
    answer = read_answer(unit, registers)
    assert len(answer) == answer_size(request)
    assert parse_answer(request, answer) == registers


@given(units, addresses, st.lists(words, min_size=1, max_size=100))
def test_writes_and_their_answers(unit, address, values):
    for request in (write_one_request(unit, address, values[0]), write_many_request(unit, address, values)):
        parsed = parse_request(request)
        assert parsed.values == tuple(values[: parsed.quantity])
        answer = write_answer(parsed)
        assert len(answer) == answer_size(request)
        assert parse_answer(request, answer) == ()


@given(units, st.sampled_from(list(ExceptionCode)))
def test_an_exception_says_which(unit, code):
    with pytest.raises(RefusedError) as refused:
        parse_answer(read_request(unit, 0, 1), exception_answer(unit, Function.READ_HOLDING, code))
    assert refused.value.code == code


@given(units, addresses, st.lists(words, min_size=1, max_size=20))
def test_frames_have_the_reference_layout(unit, address, values):
    adu = write_many_request(unit, address, values)
    layout = LAYOUT.parse(adu, size=len(adu))
    assert (layout.unit, layout.function, layout.crc) == (unit, 16, crc16.modbus(adu[:-2]))
    assert LAYOUT.build(layout, size=len(adu)) == adu


@given(units, st.lists(words, min_size=1, max_size=20), st.data())
def test_damage_is_refused_on_both_sides(unit, registers, data):
    request, answer = read_request(unit, 7, len(registers)), read_answer(unit, registers)
    for adu, parse in ((request, parse_request), (answer, lambda adu: parse_answer(request, adu))):
        damaged = bytearray(adu)
        damaged[data.draw(st.integers(0, len(adu) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        with pytest.raises(ModbusError):
            parse(bytes(damaged))


@given(st.binary(max_size=300))
def test_whatever_arrives_is_a_request_or_an_error(data):
    for adu in (data, seal(data)):
        try:
            parse_request(adu)
        except ModbusError:
            continue
        assert is_sealed(adu)


@pytest.mark.parametrize(
    "answer",
    [
        read_answer(2, (1, 2)), read_answer(1, (1, 2, 3)), seal(b"\x01\x03\x05\0\0\0\0"),
        seal(b"\x01\x10\0\7\0\2"), b"", b"\1\3",
    ],
    ids=["another unit", "more registers", "wrong count", "another function", "empty", "short"],
)  # fmt: skip
def test_what_is_no_answer_to_the_request_is_refused(answer):
    with pytest.raises(ModbusError):
        parse_answer(read_request(1, 7, 2), answer)


def test_an_answer_to_another_write_is_refused():
    answer = write_answer(parse_request(write_one_request(1, 6, 7)))
    with pytest.raises(ModbusError, match="another address"):
        parse_answer(write_one_request(1, 5, 7), answer)


def test_functions_not_spoken_reach_the_device_to_be_refused():
    assert parse_request(seal(b"\x01\x2b\x0e\x01\x00")).quantity == 0


@given(st.integers(-(2**31), 2**31 - 1), st.integers(0, 2**32 - 1))
def test_values_of_32_bits_lie_most_significant_word_first(signed, unsigned):
    assert i32_of(words_of_i32(signed)) == signed
    assert u32_of((0, *words_of_u32(unsigned)), 1) == unsigned
    assert words_of_u32(0x12345678) == (0x1234, 0x5678)


def test_a_value_beyond_32_bits_is_refused():
    with pytest.raises(ModbusError, match="32 bits"):
        words_of_i32(2**31)
