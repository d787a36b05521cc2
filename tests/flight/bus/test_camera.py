"""The camera's driver against the bench's camera on a wire, in virtual time."""

import io
from random import Random

import pytest
from PIL import Image

from flight.bus.camera import Camera
from flight.bus.camera_ask import TRIES
from flight.icd.events.bus import PortLost
from flight.icd.events.imaging import CameraFailed, CameraMissing, CameraReady, PictureChecked
from flight.icd.imaging import CameraFault, PictureFlaw
from flight.icd.vc0706 import DEFAULT_BAUD, Size
from hil.devices import vc0706
from hil.devices.impairments import Impairment, drop_byte, duplicate_byte, flip_bit, insert_byte, sometimes
from hil.devices.memory import MemoryPort
from hil.devices.wire import Wire

MS = 1_000_000
FRAME = 10 * MS


def chart(width, height, serial, low=40, high=200):
    """A picture with contrast that is never the same twice."""
    draw = Random(serial)
    blocks = Image.new("L", (width // 16, height // 16))
    blocks.putdata([draw.randint(low, high) for _ in range((width // 16) * (height // 16))])
    octets = io.BytesIO()
    blocks.resize((width, height)).convert("RGB").save(octets, "JPEG", quality=76, subsampling="4:2:2")
    return octets.getvalue()


class Rig:
    def __init__(self, config, **kw):
        self.now = 0
        self.events = []
        self.levels = (40, 200)
        self.device = vc0706.Camera(self.capture, **kw)
        self.wire = Wire(self.device, DEFAULT_BAUD, "test", full_duplex=True)
        self.port = MemoryPort("memory://camera", self.wire, DEFAULT_BAUD)
        self.camera = Camera(self.port, config, self.events.append)
        self.jpegs = []

    def capture(self, width, height, _compression):
        jpeg = chart(width, height, len(self.jpegs), *self.levels)
        self.jpegs.append(jpeg)
        return lambda: jpeg

    def fly(self, seconds):
        for _ in range(round(seconds * 100)):
            self.now += FRAME
            self.camera.step(self.now)

    def take(self, size=Size.QVGA, limit_s=60):
        """Take a picture; how long it took, s."""
        assert self.camera.take(size, self.now)
        began = self.now
        while self.camera.busy:
            assert self.now - began < limit_s * 1e9
            self.fly(0.01)
        return (self.now - began) * 1e-9

    def reported(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def rig(m1):
    return Rig(m1.camera)


@pytest.mark.parametrize("size", [Size.VGA, Size.QVGA, Size.QQVGA])
def test_a_picture_comes_as_the_camera_took_it(rig, size):
    rig.take(size)
    picture = rig.camera.picture
    assert picture.flaw is PictureFlaw.NONE
    assert Image.open(io.BytesIO(picture.jpeg)).size == Image.open(io.BytesIO(rig.jpegs[-1])).size
    assert picture.jpeg.replace(b"\xff", b"") == rig.jpegs[-1].replace(b"\xff", b"")  # but for fill octets
    assert 0 < picture.frozen_ns < rig.now
    (checked,) = rig.reported(PictureChecked)
    assert (checked.flaw, checked.octets) == (PictureFlaw.NONE, len(picture.jpeg))


def test_it_goes_on_at_the_rate_of_the_mission_file(rig, m1):
    rig.fly(2)
    assert rig.wire.baud == rig.device.baud == m1.camera.baud == rig.camera.hk.baud
    (ready,) = rig.reported(CameraReady)
    assert ready.baud == DEFAULT_BAUD


def test_a_camera_left_at_another_rate_is_found(m1):
    rig = Rig(m1.camera, baud=m1.camera.baud)
    rig.take()
    assert rig.camera.picture.flaw is PictureFlaw.NONE
    assert rig.reported(CameraReady)[-1].baud == m1.camera.baud


def test_a_qvga_picture_takes_seconds_and_no_frame_sends_twice(rig):
    rig.fly(2)
    seconds = rig.take()
    line_s = 2 * rig.camera.hk.octets * 10 / 115200
    assert line_s < seconds < 1.5 * line_s + 2.0


def test_only_one_picture_at_a_time(rig):
    assert rig.camera.take(Size.QVGA, rig.now)
    assert not rig.camera.take(Size.QVGA, rig.now)


def test_the_buffer_is_let_go_and_the_next_picture_is_another(rig):
    rig.take()
    first = rig.camera.picture
    rig.take()
    assert rig.camera.picture.jpeg != first.jpeg
    assert rig.camera.picture.flaw is PictureFlaw.NONE


def test_a_silent_camera_is_a_failure_in_bounded_time_and_told_once(rig):
    undo = rig.device.mute()
    assert rig.take() < 5
    assert (rig.camera.picture, rig.camera.fault) == (None, CameraFault.SILENT)
    rig.fly(60)
    assert len(rig.reported(CameraMissing)) == 1
    assert not rig.camera.linked
    undo()
    rig.fly(12)
    assert rig.camera.linked
    rig.take()
    assert rig.camera.picture.flaw is PictureFlaw.NONE


def test_a_camera_that_falls_silent_in_a_picture_fails_that_picture_alone(rig):
    rig.camera.take(Size.QVGA, rig.now)
    while rig.camera.hk.read == 0:
        rig.fly(0.01)
    undo = rig.device.mute()
    rig.fly(5)
    assert not rig.camera.busy
    assert rig.reported(CameraFailed)[0].fault is CameraFault.SILENT
    assert rig.reported(CameraFailed)[0].at > 0
    undo()
    rig.take()
    assert rig.camera.picture.flaw is PictureFlaw.NONE


def test_a_camera_that_starts_anew_in_a_picture_is_found_at_its_first_rate(rig):
    rig.camera.take(Size.QVGA, rig.now)
    while rig.camera.hk.read == 0:
        rig.fly(0.01)
    rig.device.restart()
    rig.fly(5)
    assert rig.camera.fault is CameraFault.SILENT
    rig.take()
    assert rig.camera.picture.flaw is PictureFlaw.NONE


def test_a_camera_that_started_anew_in_between_costs_no_picture(rig):
    rig.take()
    rig.device.restart()
    rig.take()
    assert rig.camera.picture.flaw is PictureFlaw.NONE


@pytest.mark.parametrize("harm", ["corrupt", "truncate"])
def test_spoilt_pictures_never_pass(m1, harm):
    for seed in range(8):
        rig = Rig(m1.camera, seed=seed)
        undo = getattr(rig.device, harm)()
        rig.take()
        assert rig.camera.picture.flaw not in (PictureFlaw.NONE, PictureFlaw.STUCK)
        assert rig.camera.hk.usable == 0
        undo()
        rig.take()
        assert rig.camera.picture.flaw is PictureFlaw.NONE


@pytest.mark.parametrize(
    ("levels", "flaw"),
    [((0, 3), PictureFlaw.DARK), ((253, 255), PictureFlaw.BRIGHT), ((128, 130), PictureFlaw.FLAT)],
)
def test_pictures_that_show_nothing_are_told_by_their_brightness(rig, levels, flaw):
    rig.levels = levels
    rig.take()
    assert rig.camera.picture.flaw is flaw


def test_the_same_picture_twice_is_stuck(rig):
    rig.device.stick()
    rig.take(Size.VGA)
    rig.take(Size.VGA)
    assert rig.camera.picture.flaw is PictureFlaw.STUCK


def test_a_picture_of_another_size_than_asked_for_is_no_picture(rig):
    rig.device.stick()  # in VGA, the size it begins with
    rig.take(Size.QVGA)
    assert rig.camera.picture.flaw is PictureFlaw.FORMAT


def test_an_adapter_unplugged_in_a_picture_loses_it_and_the_next_one_comes(rig):
    rig.camera.take(Size.QVGA, rig.now)
    while rig.camera.hk.read == 0:
        rig.fly(0.01)
    plug = rig.wire.unplug()
    rig.fly(0.1)
    assert (rig.camera.busy, rig.camera.fault) == (False, CameraFault.CLOSED)
    assert len(rig.reported(PortLost)) == 1
    assert rig.take() < 5  # none while it is out
    assert rig.camera.fault is CameraFault.CLOSED
    plug()
    rig.fly(1)
    rig.take()
    assert rig.camera.picture.flaw is PictureFlaw.NONE


@pytest.mark.parametrize("change", [flip_bit, drop_byte, duplicate_byte, insert_byte])
def test_what_the_line_spoils_is_read_again_until_two_readings_agree(rig, change):
    rig.fly(2)
    rig.wire.impair(Impairment.both_ways(sometimes(change, 0.02)))
    rig.take()
    picture = rig.camera.picture
    assert picture.jpeg.replace(b"\xff", b"") == rig.jpegs[-1].replace(b"\xff", b"")


def test_no_camera_at_all_says_so_at_once(m1):
    camera = Camera(None, m1.camera, [].append)
    assert camera.take(Size.QVGA, 0)
    assert (camera.busy, camera.fault, camera.present) == (False, CameraFault.CLOSED, False)


def test_a_picture_can_be_given_up(rig):
    rig.camera.take(Size.QVGA, rig.now)
    rig.fly(1)
    rig.camera.abandon()
    assert (rig.camera.busy, rig.camera.fault) == (False, CameraFault.ABANDONED)
    rig.take()
    assert rig.camera.picture.flaw is PictureFlaw.NONE


def test_an_impossible_length_is_no_picture(rig):
    rig.capture = None
    rig.device._capture = lambda *_: lambda: bytes(8)
    rig.take()
    assert rig.camera.fault is CameraFault.LENGTH


def test_a_silent_camera_is_asked_a_bounded_number_of_times(rig):
    rig.take()
    asked = rig.camera.hk.requests
    rig.device.mute()
    rig.take()
    assert rig.camera.hk.requests - asked <= 3 * TRIES
