"""The bench's camera: its line among the others, and what its faults make of pictures."""

import io
import os
import select
import termios
import threading
import tty

import numpy as np
import pytest
from PIL import Image

from flight.icd.vc0706 import Control, Size, control_request, port_request, version_request
from hil.bench import Bench
from hil.camera import BenchCamera
from hil.camera_line import serve_line
from hil.config import load_bench
from hil.devices.pty import UartServer
from hil.devices.wire import Wire
from hil.picture import read_picture


@pytest.fixture(scope="module")
def bench():
    return Bench(*load_bench("m1_lander"), seed=1)


def luminance(bench):
    bench.camera.restart()
    bench.ports["camera"].set_baud(38400)
    return np.asarray(Image.open(io.BytesIO(read_picture(bench, Size.QQVGA))).convert("L"), float)


def test_it_is_a_port_like_the_others(bench):
    port = bench.ports["camera"]
    port.open(0)
    port.write(version_request(), 0)
    bench.advance(100_000_000)
    assert b"VC0706" in port.read(100_000_000)
    assert set(bench.ports) == set(bench.wires) == {"joints", "load_cell", "camera"}


def test_a_shutter_that_fails_makes_pictures_black_or_white(bench):
    good = luminance(bench).mean()
    undo = bench.camera.darken()
    assert luminance(bench).mean() < 0.3 * good
    undo()
    undo = bench.camera.overexpose()
    assert luminance(bench).mean() > 250.0
    undo()
    assert luminance(bench).mean() == pytest.approx(good, abs=1.0)


def test_a_picture_nobody_reads_is_never_developed(bench):
    developed = []
    optics = bench.camera._optics

    class Counted:
        def expose(self, *arguments):
            develop = optics.expose(*arguments)
            return lambda: developed.append(1) or develop()

    bench.camera._optics = Counted()
    bench.ports["camera"].write(control_request(Control.STEP), bench.plant.time_ns)
    bench.advance(bench.plant.time_ns + 10**9)
    assert developed == []
    luminance(bench)
    assert developed == [1]
    bench.camera._optics = optics


class Grey:
    """Optics without a world."""

    def expose(self, width, height, exposure_s=None):
        return lambda: np.full((height, width, 3), 128, np.uint8)

    def prepare(self):
        pass


def heard(host, count):
    octets = b""
    while len(octets) < count and select.select([host], [], [], 5.0)[0]:
        octets += os.read(host, count - len(octets))
    return octets


@pytest.mark.realtime
def test_on_a_real_line_it_follows_the_rate_it_was_told():
    camera = BenchCamera(Grey(), seed=1)
    wire = Wire(camera.device, 38400, paced=False, full_duplex=True)
    host, line = os.openpty()
    tty.setraw(line)
    server = UartServer(wire, os.ttyname(line))
    stop = threading.Event()
    thread = threading.Thread(target=serve_line, args=(wire, camera, server, stop))
    thread.start()
    try:
        os.write(host, port_request(115200))
        assert heard(host, 5) == bytes.fromhex("7600240000")
        assert thread.is_alive()
        while wire.baud != 115200:  # within a turn of the thread's loop
            thread.join(0.001)
        os.write(host, version_request())
        assert heard(host, 16) == bytes.fromhex("760011000B") + b"VC0706 1.00"
        assert termios.tcgetattr(line)[4] == termios.B115200
    finally:
        stop.set()
        thread.join()
        server.close()
        os.close(host)
        os.close(line)
