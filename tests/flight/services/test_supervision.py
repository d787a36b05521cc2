"""Services 6, 12, 19 and 20 together, on the tables of a mission."""

import pytest

from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.functions import Abort
from flight.icd.commands.memory import CheckMemory
from flight.icd.commands.parameters import ReportParameter, SetParameter
from flight.icd.events.supervision import EventActionReleased, MonitorHigh
from flight.icd.hk.bus import JointsHk, LoadCellHk
from flight.icd.hk.comms import CommsHk
from flight.icd.hk.executive import ExecutiveHk
from flight.icd.memory import Region
from flight.icd.mission_file import MissionError
from flight.icd.parameters import LocationParameters
from flight.icd.reports.memory import MemoryChecksum
from flight.icd.reports.parameters import ParameterValue
from flight.pool import Pool
from flight.recorder.banks import Banks, RecordedBank
from flight.recorder.direct import DirectRecorder
from flight.services.events import EventService
from flight.services.parameter_image import MAGIC, NAME, VERSION
from flight.services.supervision import Supervision
from flight.settings import Settings

FRAME_NS = 10_000_000


class Rig:
    """The services on a board, with a recorder that stores at once."""

    def __init__(self, board, m1, directory):
        self.board = board
        self.recorder = DirectRecorder(directory, board.events.append)
        self.banks = Banks(directory, NAME, MAGIC, VERSION)
        self.events = EventService()
        self.events.connect(board.events.append)
        self.settings = Settings.of(m1)
        self.joints = JointsHk()
        groups = list(self.settings.groups())
        self.pool = Pool([*groups, self.joints, LoadCellHk(), CommsHk(), ExecutiveHk()])
        self.supervision = Supervision(
            self.pool,
            groups,
            m1.mission.name,
            RecordedBank(self.recorder, self.banks.label),
            board.reports.append,
            board.time,
            self.events.emit,
        )
        self.supervision.serve(board.dispatcher)
        self.events.subscribe(self.supervision.hear)

    def fly(self, frames):
        for _ in range(frames):
            self.board.time.step(self.board.time.now_ns + FRAME_NS)
            self.supervision.step(self.board.time.now_ns)


@pytest.fixture
def rig(board, m1, tmp_path):
    rig = Rig(board, m1, tmp_path)
    rig.supervision.define(m1, mission_dictionary())
    return rig


@pytest.mark.requirement("FDI-12")
def test_a_failing_supply_stops_the_arm(rig, board):
    aborted = []
    board.dispatcher.register(Abort, lambda command, execution: (aborted.append(command), execution.complete()))
    for _ in range(1700):
        rig.joints.supply = (120, 120, 120, 94)
        rig.joints.stamp(board.time.now_ns)
        rig.fly(1)
    assert aborted == [Abort()]
    raised = [type(event) for event in board.events]
    assert raised.index(MonitorHigh) < raised.index(EventActionReleased)
    rig.supervision.refresh(1)
    assert (rig.supervision.hk.monitors_outside, rig.supervision.hk.actions_released) == (1, 1)


def test_what_is_set_is_in_force_at_the_next_start(rig, board, m1, tmp_path):
    board.send(SetParameter(parameter=0x8000, value=0.0125))
    after = Rig(type(board)(), m1, tmp_path)
    after.supervision.load(after.banks.load())
    reports = after.board.send(ReportParameter(parameter=0x8000))
    assert [report.value for report in reports if type(report) is ParameterValue] == [pytest.approx(0.0125, rel=1e-7)]


@pytest.mark.requirement("LOC-5")
def test_a_better_fix_is_set_exactly_and_is_there_at_the_next_start(rig, board, m1, tmp_path):
    board.send(SetParameter(parameter=LocationParameters.group << 8, value=47.52317123456))
    assert rig.settings.location.latitude_deg == 47.52317123456
    after = Rig(type(board)(), m1, tmp_path)
    after.supervision.load(after.banks.load())
    assert after.settings.location.latitude_deg == 47.52317123456


@pytest.mark.parametrize("region", set(Region) - {Region.SCHEDULE})
def test_every_region_can_be_checked(rig, board, region):
    board.send(CheckMemory(region=region))
    rig.fly(50)
    (report,) = [report for report in board.reports if type(report) is MemoryChecksum]
    assert report.length > 0


def test_tables_that_cannot_be_are_refused(board, m1, tmp_path):
    wrong = m1.model_copy(update={"monitor": (m1.monitor[0].model_copy(update={"parameter": "Nothing.at_all"}),)})
    with pytest.raises(MissionError, match=r"no parameter 'Nothing\.at_all' on board"):
        Rig(type(board)(), wrong, tmp_path).supervision.define(wrong, mission_dictionary())
