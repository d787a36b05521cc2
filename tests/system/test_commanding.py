"""Two hundred telecommands over a link like that to the Moon, forty over TCP: each ends once, none runs twice."""

import threading
import time
from collections import Counter
from itertools import count

import pytest

from flight.app import FlightApp, Surroundings, load_mission
from flight.comms.link import make_link_port
from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.housekeeping import (
    DisableHousekeeping,
    EnableHousekeeping,
    ReportHousekeeping,
)
from flight.icd.commands.parameters import ReportParameter, SetParameter
from flight.icd.commands.test import ConnectionTest
from flight.icd.hk.scoop import MotionHk, SystemHk
from flight.icd.keys import UplinkKey, create_key
from flight.icd.parameters import DigParameters
from flight.icd.space_packet import parse_tc
from flight.icd.tc_sender import TcSender
from ground.receiver import Receiver
from ground.session import Session
from ground.stages import ENDS, Stage
from ground.station import Station
from ground.uplink import Timing
from hil.bench import Bench
from hil.config import load_bench
from hil.link_model import LinkModel, Path
from hil.lockstep import BOOT_TAI_NS, FRAME_NS

KEY = UplinkKey(1, bytes(range(32)))
LIGHT_TIME_S = 1.3
COMMANDS = 200


class Sender(TcSender):
    """A key in memory that also numbers packets."""

    key_ident = KEY.ident

    def __init__(self):
        super().__init__(KEY, session=bytes(8))
        self.packets = 0

    def packet_count(self):
        self.packets += 1
        return self.packets - 1


def wanted(number):
    """The command that goes `number`-th, and how it must end."""
    dig = DigParameters.group << 8
    return (
        (ConnectionTest(), Stage.COMPLETED),
        (SetParameter(parameter=dig, value=0.005 + 1e-5 * number), Stage.COMPLETED),
        (ReportParameter(parameter=dig), Stage.COMPLETED),
        (ReportHousekeeping(sid=SystemHk.ident), Stage.COMPLETED),
        (DisableHousekeeping(sid=MotionHk.ident), Stage.COMPLETED),
        (EnableHousekeeping(sid=MotionHk.ident), Stage.COMPLETED),
        (EnableHousekeeping(sid=999), Stage.FAILED),
        (ReportParameter(parameter=0xFFFF), Stage.FAILED),
    )[number % 8]


def board(bench, link, key):
    """The flight program on `bench`, with the key of the uplink."""
    return FlightApp(load_mission("m1_lander"), Surroundings.in_memory(bench.ports, link, BOOT_TAI_NS, key))


class Mission:
    """The flight program and its bench, a station, and a link model between them, in virtual time."""

    def __init__(self, seed, loss, bit_error_rate=0.0):
        self.bench = Bench(*load_bench("m1_lander"), seed)
        path = Path(LIGHT_TIME_S, loss, bit_error_rate)
        self.link = LinkModel(path, path, seed)
        self.app = board(self.bench, self.link.board, KEY)
        self.executed = []
        accept = self.app.uplink._accept

        def note(octets, now_ns):
            self.executed.append(parse_tc(octets))
            accept(octets, now_ns)

        self.app.uplink._accept = note
        self.now_ns = 0
        self.reports = []
        dictionary = mission_dictionary()
        self.station = Station(
            dictionary, Receiver(dictionary), self.radiate, Sender(), Timing(LIGHT_TIME_S),
            lambda issued, report: self.reports.append((issued, report.stage)),
        )  # fmt: skip

    def radiate(self, octets):
        self.link.ground.write(octets, self.now_ns)

    def step(self):
        self.app.frame(self.now_ns)
        self.now_ns += FRAME_NS
        self.bench.advance(self.now_ns)
        arrived = self.link.ground.read(self.now_ns)
        if arrived:
            self.station.feed(arrived, self.now_ns)
        self.station.step(self.now_ns)


@pytest.mark.requirement("CMD-1")
def test_two_hundred_commands_over_a_lossy_link_end_once_each_in_order_and_none_runs_twice():
    mission = Mission(seed=1, loss=0.2)
    plan = [wanted(number) for number in range(COMMANDS)]
    commander = mission.station.commander
    issued = [commander.send(command, 0, timeout_s=3600.0) for command, _ in plan]
    while commander.under_way:
        mission.step()
        assert mission.now_ns < 1200 * 10**9

    for each, (_, stage) in zip(issued, plan, strict=True):
        assert each.stage is stage
        assert sum(report.stage in ENDS for report in each.reports) == 1
        assert each.wait(0)
    ended = Counter(each.request for each, stage in mission.reports if stage in ENDS)
    assert ended == Counter(each.request for each in issued)
    numbers = {each.request: number for number, each in enumerate(issued)}
    executed = [numbers[packet.request] for packet in mission.executed if packet.request in numbers]
    assert executed == list(range(COMMANDS))

    link = mission.link
    assert 0.1 < link.uplink.lost / link.uplink.sent < 0.3
    assert 0.1 < link.downlink.lost / link.downlink.sent < 0.3
    print(
        f"{COMMANDS} commands in {mission.now_ns / 1e9:.0f} s: {link.uplink.sent} frames up ({link.uplink.lost} lost),"
        f" {link.downlink.sent} down ({link.downlink.lost} lost), {commander.questions} outcomes asked for"
    )


@pytest.mark.parametrize("seed", [2, 3])
def test_bit_errors_both_ways_change_nothing_but_the_time_it_takes(seed):
    mission = Mission(seed, loss=0.1, bit_error_rate=2e-5)
    issued = [mission.station.commander.send(wanted(number)[0], 0, timeout_s=3600.0) for number in range(30)]
    while mission.station.commander.under_way:
        mission.step()
        assert mission.now_ns < 600 * 10**9
    assert [each.stage for each in issued] == [wanted(number)[1] for number in range(30)]
    assert mission.link.uplink.damaged + mission.link.downlink.damaged > 0
    assert len({packet.request for packet in mission.executed}) == len(mission.executed)


@pytest.mark.realtime
def test_the_same_client_over_tcp_in_real_time(tmp_path):
    key = create_key(tmp_path / "uplink.key")
    bench = Bench(*load_bench("m1_lander"), 1)
    port = make_link_port("listen://127.0.0.1:0")
    app = board(bench, port, key)
    app.frame(0)
    stop = threading.Event()

    def fly():
        began = time.monotonic()
        for frame in count(1):
            if stop.wait(max(began + frame * FRAME_NS / 1e9 - time.monotonic(), 0)):
                return
            bench.advance(frame * FRAME_NS)
            app.frame(frame * FRAME_NS)

    flying = threading.Thread(target=fly)
    flying.start()
    try:
        with Session(f"socket://127.0.0.1:{port.port_number}", tmp_path / "uplink.key", Timing()) as session:
            issued = [session.send(wanted(number)[0], timeout_s=20.0) for number in range(40)]
            assert all(each.wait(20.0) for each in issued)
            assert session.station.commander.questions == 0
        assert [each.stage for each in issued] == [wanted(number)[1] for number in range(40)]
        assert [report.stage for report in issued[0].reports] == [
            Stage.RADIATED, Stage.FRAME_ACCEPTED, Stage.ACCEPTED, Stage.STARTED, Stage.COMPLETED,
        ]  # fmt: skip
        assert app.uplink.taken_ad == len(issued)
    finally:
        stop.set()
        flying.join()
        app.links.close()
