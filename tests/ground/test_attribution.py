"""Two telecommands under way do not mix up what they bring about and what they are answered."""

import pytest

from flight.icd.commands.custody import MarkEvidenced, OfferSample
from flight.icd.commands.functions import Abort, Collect, Image, Stow, Weigh
from flight.icd.commands.parameters import ReportParameter, SetParameter
from flight.icd.commands.test import ConnectionTest
from flight.icd.events.custody import CustodyChanged
from flight.icd.events.imaging import PictureChecked
from flight.icd.events.sampling import WeighingDone
from flight.icd.modes import Custody, Phase
from flight.icd.reports.monitoring import MonitorTransition
from flight.icd.reports.parameters import ParameterValue
from flight.icd.reports.verification import Completed, ConnectionAlive, FailureCode
from flight.icd.space_packet import TmEncoder
from ground.attribution import asker, doer, is_told
from ground.issued import Issued
from ground.stages import Report, Stage

FRAME, ACCEPTED, STARTED, PROGRESS = Stage.FRAME_ACCEPTED, Stage.ACCEPTED, Stage.STARTED, Stage.PROGRESS
ASKS_7, ASKS_8 = ReportParameter(parameter=7), ReportParameter(parameter=8)
WEIGHED, PICTURE = WeighingDone(mass_g=80.0), PictureChecked(octets=9000)


def issued(command, *stages):
    return Issued(command, (0, 0), 0, reports=[Report(stage, None) for stage in (Stage.RADIATED, *stages)])


def changed(before, state):
    return CustodyChanged(before=before, state=state)


@pytest.mark.parametrize(
    ("record", "under_way", "owner"),
    [
        (WEIGHED, [(Collect(), FRAME, ACCEPTED, STARTED), (Weigh(), FRAME)], 0),
        (WEIGHED, [(Collect(), FRAME, ACCEPTED, STARTED, PROGRESS), (Weigh(), FRAME, ACCEPTED)], 0),
        (WEIGHED, [(Collect(), FRAME, STARTED), (Weigh(), FRAME, ACCEPTED, STARTED)], 1),  # its end is lost
        (WEIGHED, [(Collect(), FRAME), (Weigh(), FRAME)], 0),
        (WEIGHED, [(Collect(),), (Weigh(), FRAME)], 1),
        (WEIGHED, [(Abort(), FRAME, STARTED)], None),
        (PICTURE, [(Image(), FRAME)], 0),
        (PICTURE, [(Collect(), FRAME, STARTED), (Image(), FRAME)], None),
        (PICTURE, [(Collect(), FRAME, STARTED), (Image(), FRAME, ACCEPTED, STARTED)], 1),
        (changed(Custody.COLLECTED, Custody.EVIDENCED), [(Stow(), FRAME, STARTED), (MarkEvidenced(), FRAME)], 1),
        (changed(Custody.EVIDENCED, Custody.OFFERED), [(MarkEvidenced(), FRAME), (OfferSample(), FRAME)], 1),
        (changed(Custody.NONE, Custody.COLLECTED), [(Stow(), FRAME, STARTED), (MarkEvidenced(), FRAME)], 0),
    ],
)
def test_a_result_belongs_to_what_runs(record, under_way, owner):
    commands = [issued(*each) for each in under_way]
    assert doer(record, commands) is (None if owner is None else commands[owner])


@pytest.mark.parametrize(
    ("record", "under_way", "owner"),
    [
        (ConnectionAlive(), [(Collect(), FRAME, STARTED), (ConnectionTest(), FRAME)], 1),
        (ConnectionAlive(), [(ConnectionTest(), FRAME), (ConnectionTest(), FRAME)], 0),
        (ConnectionAlive(), [(ConnectionTest(), FRAME, ACCEPTED), (ConnectionTest(), FRAME, ACCEPTED)], 1),
        (ConnectionAlive(), [(Collect(), FRAME, STARTED)], None),
        (ParameterValue(parameter=7), [(ASKS_7, FRAME), (SetParameter(parameter=8), FRAME)], 0),
        (ParameterValue(parameter=8), [(ASKS_7, FRAME), (ASKS_8, FRAME)], 1),
        (ParameterValue(parameter=9), [(ASKS_7, FRAME)], None),
    ],
)
def test_an_answer_belongs_to_who_asked(record, under_way, owner):
    commands = [issued(*each) for each in under_way]
    assert asker(record, commands) is (None if owner is None else commands[owner])


def test_what_nobody_asked_for_is_told_and_is_no_answer():
    assert is_told(MonitorTransition())
    assert not is_told(WEIGHED)
    assert asker(MonitorTransition(), [issued(ConnectionTest(), FRAME, ACCEPTED)]) is None


def test_what_is_refused_because_another_runs_gets_none_of_its_results(ground, board):
    running = []
    board.dispatcher.register(Collect, lambda _command, execution: (execution.start(), running.append(execution)), 90.0)
    board.dispatcher.register(Weigh, lambda _command, execution: execution.fail(FailureCode.BUSY, Phase.DIG))
    collect = ground.send(Collect(site=0, max_digs=1))
    ground.run(3.0)
    weigh = ground.send(Weigh())
    for _ in range(40):
        board.downlink.report(WEIGHED)
        ground.run(0.05)
    running[0].complete()
    ground.run(3.0)
    assert (collect.stage, weigh.stage) == (Stage.COMPLETED, Stage.FAILED)
    assert (len(collect.results), weigh.results) == (40, [])


def test_an_answer_is_told_before_the_end_of_who_asked(ground):
    alive = ground.send(ConnectionTest())
    ground.run(3.0)
    assert [(asked is alive, type(record)) for asked, record in ground.answers] == [(True, ConnectionAlive)]


def test_what_is_played_back_is_not_taken_for_news(ground, board):
    board.dispatcher.register(Collect, lambda _command, execution: execution.start(), 900.0)
    collect = ground.send(Collect(site=0, max_digs=1), timeout_s=900.0)
    ground.run(3.0)
    encoder = TmEncoder()
    packet, sequence = collect.request
    for record in (WEIGHED, ConnectionAlive(), Completed(request_packet=packet, request_sequence=sequence)):
        assert board.downlink.playback(encoder.encode(record, board.time.tai_ns))
    board.downlink.report(WEIGHED)
    ground.run(3.0)
    assert (collect.stage, len(collect.results), ground.answers) == (Stage.STARTED, 1, [])
