"""The services' own housekeeping says what they hold."""

from flight.icd.commands.events import DisableEvent
from flight.icd.commands.functions import Arm, TorqueOff
from flight.icd.commands.schedule import InsertActivity, ResetSchedule
from flight.icd.commands.test import ConnectionTest
from flight.icd.embedded import embed
from flight.icd.events.comms import LinkLost
from flight.icd.hk.services import ServicesHk
from flight.icd.space_packet import TmEncoder, encode_tc
from flight.recorder.null import NullRecorder
from flight.services.arming import NOTHING
from flight.services.events import LIMIT, EventService
from flight.services.schedule import TimeSchedule
from flight.services.sequences import Sequences
from flight.services.status import ServicesStatus
from flight.services.storage import StorageService


def test_housekeeping_follows_the_services(board):
    report, emit = board.report, board.emit
    events = EventService()
    events.connect(report)
    schedule = TimeSchedule(board.dispatcher, report, board.time, emit)
    sequences = Sequences(board.dispatcher, emit)
    storage = StorageService(NullRecorder(), lambda _packet: True, report, emit)
    for service in (events, schedule, sequences, storage):
        service.serve(board.dispatcher)
    board.dispatcher.register(TorqueOff, lambda _command, _execution: None)
    status = ServicesStatus(board.dispatcher.arming, events, schedule, sequences, storage)
    status.refresh(5)
    at_first = ServicesHk(valid=True, armed=NOTHING, schedule_enabled=1)
    assert status.hk == at_first

    board.send(InsertActivity(seconds=99, telecommand=embed(encode_tc(ConnectionTest(), 1))))
    board.send(DisableEvent(event=LinkLost.ident))
    events.step(0)
    for _ in range(LIMIT + 3):
        events.emit(LinkLost())
    board.send(Arm(target=TorqueOff.ident))
    status.refresh(6)
    hk = status.hk
    assert (hk.armed, hk.schedule_waiting, hk.events_disabled) == (TorqueOff.ident, 1, 1)
    board.send(ResetSchedule())
    status.refresh(7)
    assert (hk.armed, hk.schedule_waiting, hk.schedule_enabled) == (NOTHING, 0, 0)
    TmEncoder().encode(hk, 0)
