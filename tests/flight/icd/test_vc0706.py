"""The camera's protocol: published octets, both sides against each other, damage refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.vc0706 import (
    ANSWER,
    COMMAND,
    COMPRESSION_REGISTER,
    PORT_RATES,
    READ_FRAME,
    SIZE_REGISTER,
    Answer,
    Code,
    Command,
    Control,
    FrameRead,
    RefusedError,
    Size,
    Status,
    Vc0706Error,
    build_answer,
    build_command,
    control_request,
    length_request,
    parse_answer,
    parse_data,
    parse_frame_data,
    parse_length,
    port_request,
    read_data_request,
    read_request,
    reset_request,
    take_command,
    version_request,
    write_data_request,
)

octets = st.integers(0, 255)
commands = st.builds(
    Command, st.integers(0, 255).filter(lambda code: code != Code.VERSION), st.binary(max_size=255), octets
)
answers = st.builds(Answer, octets, octets, st.binary(max_size=255), octets)


@pytest.mark.parametrize(
    ("frame", "hexadecimal"),
    [  # as in the manual and in public client libraries
        (version_request(), "56001100"),
        (reset_request(), "56002600"),
        (control_request(Control.STOP_CURRENT), "5600360100"),
        (control_request(Control.RESUME), "5600360103"),
        (length_request(), "5600340100"),
        (read_request(FrameRead(0x1234, 32)), "5600320C000A0000123400000020000A"),
        (write_data_request(SIZE_REGISTER, Size.QVGA), "56003105040100 1911"),
        (read_data_request(SIZE_REGISTER), "560030040401 0019"),
        (write_data_request(COMPRESSION_REGISTER, 0x36), "5600310501011204 36"),
        (port_request(115200), "56002403010DA6"),
        (port_request(9600), "5600240301AEC8"),
        (build_answer(Answer(Code.FRAME_LENGTH, Status.OK, b"\0\0\x30\x1c")), "760034000 40000301C"),
        (build_answer(Answer(Code.RESET)), "7600260000"),
    ],
)
def test_frames_are_those_of_the_manual(frame, hexadecimal):
    assert frame == bytes.fromhex(hexadecimal.replace(" ", ""))


@given(commands, st.binary(max_size=8).filter(lambda rest: 0x56 not in rest), st.binary(max_size=8))
def test_the_camera_takes_the_command_the_host_built_whatever_came_before(command, noise, more):
    assert take_command(noise + build_command(command) + more) == (command, more)


@given(commands, st.data())
def test_a_command_is_taken_only_when_it_is_whole(command, data):
    frame = build_command(command)
    part = frame[: data.draw(st.integers(1, len(frame) - 1))]
    assert take_command(part) == (None, part)
    assert take_command(part + frame[len(part) :])[0] == command


def test_a_version_request_is_answered_though_it_announces_an_octet_that_never_comes():
    assert take_command(bytes.fromhex("56001101")) == (Command(Code.VERSION), b"")


@given(answers)
def test_the_host_reads_the_answer_the_camera_built(answer):
    parsed = ANSWER.parse(build_answer(answer))
    assert (parsed.code, parsed.status, parsed.data, parsed.serial) == answer
    if answer.status == Status.OK:
        assert parse_answer(answer.code, build_answer(answer)) == answer.data
    else:
        with pytest.raises(RefusedError) as refused:
            parse_answer(answer.code, build_answer(answer))
        assert refused.value.status == answer.status


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**16 - 1))
def test_a_read_says_where_how_much_and_with_which_delay(address, size, delay):
    command, rest = take_command(read_request(FrameRead(address, size, delay)))
    asked = parse_data(READ_FRAME, command.data)
    assert (command.code, asked.address, asked.size, asked.delay, rest) == (Code.READ_FRAME, address, size, delay, b"")


@given(st.binary(max_size=300))
def test_picture_data_lie_between_two_answers(data):
    around = build_answer(Answer(Code.READ_FRAME))
    assert parse_frame_data(around + data + around) == data


@given(st.binary(max_size=40))
def test_octets_that_are_no_answer_are_refused_as_such(noise):
    answered = noise[:4] == b"\x76" + noise[1:2] + b"\x34\x00"
    if not answered:
        with pytest.raises(Vc0706Error, match=r"."):
            parse_length(noise)


@given(st.binary(max_size=60))
def test_whatever_comes_the_camera_keeps_no_more_than_an_unfinished_command(noise):
    command, rest = take_command(noise)
    assert command is not None or rest == b"" or rest[0] == 0x56
    assert len(rest) <= len(noise)


def test_a_rate_the_camera_has_not_is_told():
    with pytest.raises(Vc0706Error, match="57600"):
        port_request(1_000_000)


@pytest.mark.parametrize(("baud", "value"), PORT_RATES.items())
def test_rates_are_divisors_of_one_clock(baud, value):
    assert 432e6 / (value + 256) == pytest.approx(baud, rel=0.01)  # what the published values have in common


def test_the_layout_builds_what_the_host_sends():
    assert COMMAND.build({"serial": 0, "code": Code.RESET, "data": b""}) == reset_request()
