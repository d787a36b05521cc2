"""Telecommand frames: built from the layout, read strictly."""

from binascii import crc_hqx

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd import tc_frame
from flight.icd.tc_frame import FrameError, FrameFault, TcFrame

FRAMES = st.builds(
    TcFrame, data=st.binary(min_size=1, max_size=200), sequence=st.integers(0, 255), bypass=st.just(True),
    control=st.booleans(), vcid=st.just(0), scid=st.just(0x5C),
)  # fmt: skip


@given(FRAMES)
def test_a_frame_comes_back_as_it_was(frame):
    assert tc_frame.parse(tc_frame.build(frame)) == frame


def test_the_header_is_that_of_the_standard():
    octets = tc_frame.build(TcFrame(b"\xaa\xbb", sequence=0x11))
    assert octets[:-2].hex() == "205c000811aabb"
    assert crc_hqx(octets, 0xFFFF) == 0


@given(frame=FRAMES, fill=st.integers(0, 6))
def test_fill_of_a_command_link_unit_is_taken_off(frame, fill):
    assert tc_frame.parse(tc_frame.build(frame) + b"\x55" * fill, fill=0x55) == frame


@given(frame=FRAMES, at=st.integers(0, 10**6), mask=st.integers(1, 255))
def test_no_changed_octet_goes_unnoticed(frame, at, mask):
    octets = bytearray(tc_frame.build(frame))
    octets[at % len(octets)] ^= mask
    with pytest.raises(FrameError):
        tc_frame.parse(bytes(octets))


@given(st.binary(max_size=60))
def test_any_octets_are_a_frame_or_an_error_with_its_kind(octets):
    with pytest.raises(FrameError) as caught:
        tc_frame.parse(octets, fill=0x55)
    assert isinstance(caught.value.fault, FrameFault)


def resigned(octets: bytes) -> bytes:
    return octets[:-2] + crc_hqx(octets[:-2], 0xFFFF).to_bytes(2, "big")


@pytest.mark.parametrize(
    ("octets", "fault"),
    [
        (tc_frame.build(TcFrame(b"x", scid=0x5D)), FrameFault.SPACECRAFT),
        (tc_frame.build(TcFrame(b"x", vcid=1)), FrameFault.CHANNEL),
        (tc_frame.build(TcFrame(b"x", bypass=False, control=True)), FrameFault.HEADER),
        (resigned(b"\xa0" + tc_frame.build(TcFrame(b"x"))[1:]), FrameFault.HEADER),
        (tc_frame.build(TcFrame(b"x")) + b"\x56", FrameFault.FILL),
        (tc_frame.build(TcFrame(b"x")) + b"\x55" * 7, FrameFault.FILL),
        (tc_frame.build(TcFrame(b"xy"))[:-1], FrameFault.LENGTH),
        (b"", FrameFault.LENGTH),
    ],
)
def test_each_deviation_is_refused_by_its_kind(octets, fault):
    with pytest.raises(FrameError) as caught:
        tc_frame.parse(octets, fill=0x55)
    assert caught.value.fault is fault


@pytest.mark.parametrize("size", [0, 1018])
def test_data_that_fit_no_frame_are_an_error(size):
    with pytest.raises(ValueError, match=r"1\.\.1017"):
        tc_frame.build(TcFrame(bytes(size)))


def test_a_header_value_that_does_not_fit_is_an_error():
    with pytest.raises(ValueError, match="frame header"):
        tc_frame.build(TcFrame(b"x", scid=1024))
