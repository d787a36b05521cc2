"""What one exchange with four servos costs the host, beside the vendor's SDK: `python tests/bench/joint_bus.py`.

A process of its own answers on a pseudo-terminal, from memory once it has seen a request. Each exchange writes four
goals and reads four blocks. The driver is split-phase: its cost is the processor time of `receive` and `send`, nothing
waits in between; the SDK polls until the answer is there, so it costs what an exchange takes.
"""

from __future__ import annotations

import os
import pty
import select
import statistics
import time
import tty

import dynamixel_sdk as sdk

from flight.bus.cyclic_frames import BLOCK, BLOCK_ADDRESS, GOAL_ADDRESS, indirect_map
from flight.bus.device_port import DevicePort
from flight.bus.joints import JointBus
from flight.config import load_mission
from flight.icd.dynamixel_table import MODELS
from hil.devices.servo import Servo
from hil.devices.servo_bus import ServoBus
from hil.plant.actuators import ActuatorBank

EXCHANGES = 3000
BAUD = 1_000_000
IDS = (1, 2, 3, 4)
AIM_US = 60.0
FRAME_NS = 10_000_000


def respond(master: int) -> None:
    """Be four servos that hold still."""
    bank = ActuatorBank(4)
    bank.voltage_v[:] = 12.0
    bank.position_rad[:] = bank.trajectory_position_rad[:] = 3.14159
    servos = [Servo(MODELS["XM540-W270" if i < 3 else "XM430-W350"], i + 1, BAUD, bank, i) for i in range(4)]
    bus, now_ns = ServoBus(servos, bank), 0
    known: dict[bytes, bytes] = {}
    while True:
        try:
            data = os.read(master, 65536)
        except OSError:
            return
        answer = known.get(data)
        if answer is None:
            now_ns += 1_000_000
            bus.update(now_ns)
            answer = b"".join(reply.data for reply in bus.receive(data, now_ns, BAUD))
            if b"\x8a" in data or b"\x82" in data:
                known[data] = answer
        if answer:
            os.write(master, answer)


def serve() -> str:
    """Start the responder; the path of its line."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    path = os.ttyname(slave)
    if os.fork() == 0:
        os.close(slave)  # so that the line ends with this program
        respond(master)
        os._exit(0)
    os.close(master)
    return path


def driver(path: str) -> list[float]:
    """Processor time of each exchange of this project's driver, microseconds."""
    config = load_mission("m1_lander")
    port = DevicePort(path, BAUD)
    bus = JointBus(port, config.joint, config.motion_bus, lambda event: None)
    now_ns, taken = 0, []
    goals, currents = (0.0,) * 4, (1.0,) * 4
    while len(taken) < EXCHANGES:
        now_ns += FRAME_NS
        if port.is_open:
            select.select([port._fd], [], [], 0.01)
        begin = time.thread_time_ns()
        bus.receive(now_ns)
        middle = time.thread_time_ns()
        bus.set_goals(goals, currents)
        resume = time.thread_time_ns()
        bus.send(now_ns)
        end = time.thread_time_ns()
        if bus.powered:
            taken.append((middle - begin + end - resume) / 1000)
        elif bus.ready:
            bus.torque(True)
    assert bus.hk.silent + bus.hk.broken <= 3, bus.hk
    port.close()
    return taken


def vendor(path: str, fast: bool) -> list[float]:
    """The same exchange through the SDK."""
    port, packet = sdk.PortHandler(path), sdk.PacketHandler(2.0)
    port.openPort()
    port.setBaudRate(BAUD)
    for servo in IDS:
        packet.writeTxRx(port, servo, 168, 44, list(indirect_map("goal_position")[:44]))
    read = sdk.GroupSyncRead(port, packet, BLOCK_ADDRESS, BLOCK.size)
    write = sdk.GroupSyncWrite(port, packet, GOAL_ADDRESS, 6)
    for servo in IDS:
        read.addParam(servo)
        write.addParam(servo, [100, 0, 0, 8, 0, 0])
    exchange = read.fastSyncRead if fast else read.txRxPacket
    taken = []
    for _ in range(EXCHANGES):
        begin = time.thread_time_ns()
        for servo in IDS:
            write.changeParam(servo, [100, 0, 0, 8, 0, 0])
        write.txPacket()
        result = exchange()
        for servo in IDS:
            for address, size in ((230, 1), (231, 1), (232, 1), (233, 2), (235, 4), (239, 4), (243, 2), (245, 1)):
                read.getData(servo, address, size)
        taken.append((time.thread_time_ns() - begin) / 1000)
        assert result == sdk.COMM_SUCCESS, packet.getTxRxResult(result)
    port.closePort()
    return taken


def main() -> None:
    """Measure all in one run and print them beside each other."""
    results = {
        "this driver": driver(serve()),
        "SDK, fast sync read": vendor(serve(), fast=True),
        "SDK, sync read": vendor(serve(), fast=False),
    }
    own = statistics.median(results["this driver"])
    print(f"{'goals out and values in, four servos':<40}{'p50':>9}{'p99':>9}   ratio")
    for name, taken in results.items():
        p50, p99 = statistics.median(taken), statistics.quantiles(taken, n=100)[98]
        print(f"  {name:<38}{p50:>6.1f} us{p99:>6.1f} us{p50 / own:>7.2f}")
    print(f"aim: {AIM_US:.0f} us of processor time: {'met' if own <= AIM_US else 'missed'}")


if __name__ == "__main__":
    main()
