"""Adafruit's own client, unmodified, takes a picture with the bench's camera on a pseudo-terminal."""

import io
import threading
from types import SimpleNamespace

import adafruit_vc0706
import numpy as np
import pytest
import serial
from PIL import Image

from hil.camera import BenchCamera, jpeg_of
from hil.camera_line import serve_line
from hil.devices.pty import PtyServer
from hil.devices.wire import Wire

pytestmark = pytest.mark.realtime  # the client waits for its timeouts again and again


class Gradient:
    """Optics without a world: a picture that differs from one exposure to the next."""

    def __init__(self):
        self.taken = []

    def expose(self, width, height, exposure_s=None):
        number = len(self.taken)
        image = Image.linear_gradient("L").resize((width, height)).rotate(30 * number).convert("RGB")
        counts = np.asarray(image)
        self.taken.append(counts)
        return lambda: counts

    def prepare(self):
        pass


class Uart(serial.Serial):
    """pyserial's port under the names that the client uses."""

    def readinto(self, buffer):
        octets = self.read(len(buffer))
        buffer[: len(octets)] = octets
        return len(octets)


@pytest.fixture
def camera(tmp_path):
    optics = Gradient()
    camera = BenchCamera(optics, seed=1)
    wire = Wire(camera.device, 38400, full_duplex=True)
    server = PtyServer(wire, tmp_path / "camera")
    stop = threading.Event()
    thread = threading.Thread(target=serve_line, args=(wire, camera, server, stop))
    thread.start()
    yield SimpleNamespace(url=server.url, optics=optics, device=camera.device)
    stop.set()
    thread.join()
    server.close()


@pytest.mark.requirement("BEN-2")
def test_the_client_finds_it_sets_size_and_rate_and_takes_a_picture(camera):
    with Uart(camera.url, 38400, timeout=0.15) as line:
        client = adafruit_vc0706.VC0706(line)  # tries every rate until the camera answers a reset
        assert client.baudrate == 38400
        assert "VC0706 1.00" in client.version
        client.baudrate = 115200
        client.image_size = adafruit_vc0706.IMAGE_SIZE_160x120
        with pytest.raises(RuntimeError, match="read image size"):
            _ = client.image_size  # announces no data and sends five octets: refused, and what follows is understood
        assert client.take_picture()
        length = client.frame_length
        picture = bytearray()
        while len(picture) < length:
            piece = bytearray(min(64, length - len(picture)))
            assert client.read_picture_into(piece) == len(piece)
            picture += piece
        assert client.resume_video()
    sent = jpeg_of(camera.optics.taken[0], compression=0x36)
    assert bytes(picture).replace(b"\xff" * (-len(sent) % 4) + b"\xff\xd9", b"\xff\xd9") == sent
    seen = Image.open(io.BytesIO(picture))
    seen.load()
    assert (seen.size, seen.format) == ((160, 120), "JPEG")


def test_a_camera_that_answers_nothing_is_not_found(camera):
    camera.device.mute()
    with Uart(camera.url, 38400, timeout=0.02) as line, pytest.raises(RuntimeError, match="check wiring"):
        adafruit_vc0706.VC0706(line)
