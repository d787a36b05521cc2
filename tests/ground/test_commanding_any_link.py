"""Whatever the link does, the ground tells the truth: what it says was executed was, once and in order."""

import random

import pytest

from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.housekeeping import EnableHousekeeping, ReportHousekeeping
from flight.icd.commands.test import ConnectionTest
from flight.icd.hk.scoop import SystemHk
from flight.icd.space_packet import parse_tc
from ground.receiver import Receiver
from ground.stages import ENDS, Stage
from ground.station import Station
from ground.uplink import Timing
from hil.link_model import LinkModel, Path

COMMANDS = (ConnectionTest, lambda: ReportHousekeeping(sid=SystemHk.ident), lambda: EnableHousekeeping(sid=999))
OUTAGE_S = 150


class Pass:
    """A board and a station with a link model between them, and an outage in the middle if `outage_at_s` is given."""

    def __init__(self, board, sender, link, light_time_s, outage_at_s):
        self.board, self.link, self.outage_at_s = board, link, outage_at_s
        self.executed = []
        accept = board.uplink._accept

        def note(octets, now_ns):
            self.executed.append(parse_tc(octets).request)
            accept(octets, now_ns)

        board.uplink._accept = note
        dictionary = mission_dictionary()
        self.station = Station(dictionary, Receiver(dictionary), self.radiate, sender, Timing(light_time_s))

    @property
    def cut(self):
        since_s = self.board.now_ns / 1e9 - (self.outage_at_s or 1e9)
        return 0 <= since_s < OUTAGE_S

    def radiate(self, octets):
        if not self.cut:
            self.link.ground.write(octets, self.board.now_ns)

    def step(self):
        self.board.step()
        arrived = self.link.ground.read(self.board.now_ns)
        if arrived and not self.cut:
            self.station.feed(arrived, self.board.now_ns)
        self.station.step(self.board.now_ns)


@pytest.mark.parametrize(
    ("seed", "light_time_s", "loss", "bit_error_rate", "outage_at_s", "lockouts"),
    [
        (1, 0.0, 0.5, 0.0, None, 0.0),
        (2, 2.5, 0.3, 1e-5, None, 0.0),
        (3, 1.3, 0.1, 1e-4, 20, 0.0),
        (4, 0.3, 0.3, 0.0, 50, 5e-4),
        (5, 1.3, 0.0, 0.0, None, 1e-3),
    ],
)
def test_what_the_ground_says_is_what_was(
    make_board, make_sender, seed, light_time_s, loss, bit_error_rate, outage_at_s, lockouts
):
    rng = random.Random(seed)
    path = Path(light_time_s, loss, bit_error_rate)
    link = LinkModel(path, path, seed)
    contact = Pass(make_board(link.board), make_sender(), link, light_time_s, outage_at_s)
    commander, issued = contact.station.commander, []
    while len(issued) < 60 or commander.under_way:
        contact.step()
        if len(issued) < 60 and rng.random() < 0.02:
            issued.append(commander.send(rng.choice(COMMANDS)(), contact.board.now_ns, timeout_s=4000.0))
        if rng.random() < lockouts:
            contact.board.uplink.farm.lockout = True
        assert contact.board.now_ns < 3900 * 10**9

    executed = contact.executed
    assert len(set(executed)) == len(executed)
    order = {each.request: number for number, each in enumerate(issued)}
    numbers = [order[request] for request in executed if request in order]
    assert numbers == sorted(numbers)
    for each in issued:
        assert sum(report.stage in ENDS for report in each.reports) == 1
        assert each.stage in (Stage.COMPLETED, Stage.FAILED, Stage.UNKNOWN)
        assert (each.request in executed) == (each.stage is not Stage.UNKNOWN)
    if not commander.uplink.alerts:
        assert Stage.UNKNOWN not in {each.stage for each in issued}
