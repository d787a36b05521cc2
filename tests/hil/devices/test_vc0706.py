"""The camera on its line: pictures byte for byte, sizes, rates, reset, refusals, and what can go wrong with it."""

import io
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from flight.icd.vc0706 import (
    COMPRESSION_REGISTER,
    SIZE_REGISTER,
    Code,
    Command,
    Control,
    FrameRead,
    RefusedError,
    Register,
    Size,
    Status,
    build_command,
    control_request,
    length_request,
    parse_answer,
    parse_frame_data,
    parse_length,
    port_request,
    read_data_request,
    read_request,
    reset_request,
    version_request,
    write_data_request,
)
from hil.devices.vc0706 import BANNER, FRAME_NS, START_NS, Camera
from hil.devices.wire import Wire

MS = 1_000_000


@cache
def jpeg(number, width=64, height=48):
    octets = io.BytesIO()
    Image.effect_noise((width, height), 20 + number).save(octets, "JPEG", quality=60)
    return octets.getvalue()


class Host:
    """Asks over a wire and waits long enough; the pictures are numbered."""

    def __init__(self, baud=38400):
        self.taken = []
        self.device = Camera(self.capture, seed=1)
        self.wire = Wire(self.device, baud, full_duplex=True)
        self.now_ns = 0

    def capture(self, width, height, compression):
        self.taken.append((width, height, compression))
        number = len(self.taken)
        return lambda: jpeg(number)

    def ask(self, request, wait_ns=2_000 * MS):
        self.wire.send(request, self.now_ns)
        self.now_ns += wait_ns
        return self.wire.receive(self.now_ns)

    def done(self, request):
        return parse_answer(request[2], self.ask(request))

    def refusal(self, request):
        with pytest.raises(RefusedError) as refused:
            self.done(request)
        return refused.value.status

    def picture(self, piece=32):
        self.done(control_request(Control.STOP_CURRENT))
        length = parse_length(self.ask(length_request()))
        return b"".join(
            parse_frame_data(self.ask(read_request(FrameRead(at, min(piece, length - at)))))
            for at in range(0, length, piece)
        )


@pytest.fixture
def host():
    return Host()


@pytest.mark.parametrize("piece", [4, 32, 100, 4096])
def test_a_picture_arrives_byte_for_byte_in_pieces_of_any_size(host, piece):
    picture = host.picture(piece)
    plain = jpeg(1)
    fill = -len(plain) % 4
    assert picture == plain[:-2] + b"\xff" * fill + plain[-2:]
    assert len(picture) % 4 == 0
    assert Image.open(io.BytesIO(picture)).convert("L").tobytes() == Image.open(io.BytesIO(plain)).tobytes()


@given(st.data())
def test_any_piece_is_that_part_of_the_picture(data):
    host = Host()
    whole = host.picture(4096)
    at = data.draw(st.integers(0, len(whole)))
    size = data.draw(st.integers(0, len(whole) - at))
    assert parse_frame_data(host.ask(read_request(FrameRead(at, size)))) == whole[at : at + size]


def test_the_picture_is_of_the_time_of_freezing_and_stays_until_the_video_runs_again(host):
    first = host.picture()
    host.done(control_request(Control.STOP_CURRENT))
    assert host.picture() == first
    host.done(control_request(Control.RESUME))
    assert host.picture() != first
    assert len(host.taken) == host.device.pictures_taken == 2


def test_a_step_takes_the_next_picture(host):
    first = host.picture()
    host.done(control_request(Control.STEP))
    assert host.picture() != first


def test_freezing_waits_for_the_frame(host):
    host.ask(control_request(Control.STOP_CURRENT), wait_ns=1)
    assert host.wire.next_ns >= FRAME_NS


def test_reading_takes_the_lines_time_and_the_delay_asked_for(host):
    host.picture(4096)
    before_ns = host.now_ns
    request = read_request(FrameRead(0, 400, delay=500))  # 5 ms
    answer = host.ask(request, wait_ns=0)
    arrived_ns = []
    while host.wire.next_ns is not None:
        arrived_ns.append(host.wire.next_ns)
        answer += host.wire.receive(host.wire.next_ns)
    assert len(parse_frame_data(answer)) == 400
    line_ns = (len(request) + len(answer)) * 10 * 1_000_000_000 // 38400
    assert arrived_ns[-1] - before_ns == pytest.approx(line_ns + 2 * 5 * MS, abs=MS)


def test_without_a_frozen_frame_there_is_nothing_to_read(host):
    assert parse_length(host.ask(length_request())) == 0
    assert host.refusal(read_request(FrameRead(0, 32))) == Status.NOT_NOW


def test_beyond_the_picture_nothing_is_read(host):
    length = len(host.picture())
    assert host.refusal(read_request(FrameRead(length - 8, 16))) == Status.WRONG_FORMAT


@pytest.mark.parametrize(
    ("size", "pixels"), [(Size.VGA, (640, 480)), (Size.QVGA, (320, 240)), (Size.QQVGA, (160, 120))]
)
def test_the_size_is_set_read_back_and_used(host, size, pixels):
    host.done(write_data_request(SIZE_REGISTER, size))
    assert host.done(read_data_request(SIZE_REGISTER)) == bytes((size,))
    host.picture()
    assert host.taken[-1][:2] == pixels


def test_the_compression_is_set_and_used(host):
    host.done(write_data_request(COMPRESSION_REGISTER, 0x99))
    host.picture()
    assert host.taken[-1][2] == 0x99


def test_at_another_rate_it_is_deaf():
    host = Host(baud=115200)
    assert host.ask(version_request()) == b""


def test_the_answer_to_a_new_rate_comes_at_the_old_one(host):
    assert host.done(port_request(115200)) == b""
    assert host.ask(version_request()) == b""
    host.wire.baud = 115200
    assert host.done(version_request()) == b"VC0706 1.00"


def test_a_reset_is_answered_then_it_introduces_itself_at_the_first_rate(host):
    host.done(port_request(57600))
    host.wire.baud = 57600
    answer = host.ask(reset_request())
    assert answer == bytes.fromhex("7600260000") + BANNER
    assert (BANNER[:11], BANNER[-10:]) == (b"VC0706 1.00", b"Init end\r\n")
    host.wire.baud = 38400
    assert host.done(version_request())


def test_a_reset_lets_the_picture_go_and_keeps_the_size(host):
    host.done(write_data_request(SIZE_REGISTER, Size.QVGA))
    host.done(write_data_request(COMPRESSION_REGISTER, 0x99))
    host.picture()
    host.ask(reset_request())
    assert parse_length(host.ask(length_request())) == 0
    assert host.done(read_data_request(SIZE_REGISTER)) == bytes((Size.QVGA,))
    assert host.done(read_data_request(COMPRESSION_REGISTER)) == b"\x36"


def test_while_it_starts_it_is_deaf(host):
    host.ask(reset_request(), wait_ns=START_NS // 2)
    assert host.ask(version_request()) == BANNER
    assert host.done(version_request())


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (Command(0x99), Status.NOT_RECEIVED),
        (Command(Code.FRAME_CONTROL, b"\x07"), Status.WRONG_FORMAT),
        (Command(Code.FRAME_CONTROL, b""), Status.WRONG_LENGTH),
        (Command(Code.FRAME_LENGTH, b"\0\0"), Status.WRONG_LENGTH),
        (Command(Code.READ_FRAME, b"\0" * 5), Status.WRONG_LENGTH),
        (Command(Code.SET_PORT, b"\x01\x12\x34"), Status.WRONG_FORMAT),
        (Command(Code.SET_PORT, b"\x01"), Status.WRONG_LENGTH),
        (Command(Code.WRITE_DATA, b"\x04\x01\x00\x19\x33"), Status.WRONG_FORMAT),
        (Command(Code.WRITE_DATA, b"\x04"), Status.WRONG_LENGTH),
    ],
)
def test_what_it_can_not_do_is_answered_with_a_status(host, command, status):
    assert host.refusal(build_command(command)) == status


def test_registers_there_are_none_of_are_refused(host):
    assert host.refusal(read_data_request(Register(4, 0x1234))) == Status.WRONG_FORMAT


def test_another_cameras_commands_are_not_answered(host):
    assert host.ask(build_command(Command(Code.VERSION, serial=3))) == b""


def test_a_command_may_come_in_parts_and_noise_before_it_is_skipped(host):
    request = b"\x00\xff" + read_data_request(SIZE_REGISTER)
    for octet in request[:-1]:
        assert host.ask(bytes((octet,)), wait_ns=MS) == b""
    assert host.ask(request[-1:])[:4] == bytes.fromhex("76003000")


def test_a_command_that_was_broken_off_is_forgotten(host):
    host.ask(read_data_request(SIZE_REGISTER)[:-1])
    assert host.done(version_request())


@given(st.binary(max_size=64))
def test_noise_never_breaks_it(noise):
    host = Host()
    host.ask(noise)
    host.wire.baud = host.device.baud
    assert host.done(version_request())


# Disturbances


def test_mute_it_answers_nothing(host):
    undo = host.device.mute()
    assert host.ask(version_request()) == b""
    undo()
    assert host.done(version_request())


@pytest.mark.parametrize("disturb", ["corrupt", "truncate"])
def test_spoilt_pictures_do_not_decode(host, disturb):
    undo = getattr(host.device, disturb)()
    with pytest.raises(OSError, match=r"."):
        Image.open(io.BytesIO(host.picture())).load()
    undo()
    host.done(control_request(Control.RESUME))
    Image.open(io.BytesIO(host.picture())).load()


def test_stuck_it_shows_the_old_picture_again(host):
    old = host.picture()
    undo = host.device.stick()
    host.done(control_request(Control.RESUME))
    assert host.picture() == old
    undo()
    host.done(control_request(Control.RESUME))
    assert host.picture() != old


def test_a_dip_of_its_supply_starts_it_anew(host):
    host.done(port_request(115200))
    host.device.restart()
    assert host.done(version_request())
