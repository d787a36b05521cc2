"""A bench that is restarted on the same names is met again by whoever held its ports."""

import json
import subprocess
import sys
import time

import pytest

from flight.bus.device_port import DevicePort
from flight.bus.joints import JointBus
from flight.icd.events.bus import PortLost, PortOpened
from hil.config import load_bench


def start(folder):
    command = [sys.executable, "-m", "hil", "serve", "--ports", str(folder)]
    bench = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    return bench, json.loads(bench.stdout.readline())["joints"]


@pytest.mark.realtime
def test_the_joint_bus_is_ready_again_after_the_bench_was_killed_and_started_anew(tmp_path):
    platform, _ = load_bench("m1_lander")
    events = []
    bench, path = start(tmp_path)
    bus = JointBus(DevicePort(path, platform.motion_bus.baud), platform.joint, platform.motion_bus, events.append)

    def fly_until(condition):
        limit_s = time.monotonic() + 15
        while not condition() and time.monotonic() < limit_s:
            bus.receive(time.monotonic_ns())
            bus.send(time.monotonic_ns())
            time.sleep(0.01)
        assert condition(), events

    try:
        fly_until(lambda: bus.ready)
        bench.kill()  # which leaves its names behind
        bench.communicate()
        fly_until(lambda: not bus.ready)
        assert any(isinstance(event, PortLost) for event in events)
        bench, again = start(tmp_path)
        assert again == path
        fly_until(lambda: bus.ready)
        assert sum(isinstance(event, PortOpened) for event in events) == 2
    finally:
        bench.kill()
        bench.communicate()
