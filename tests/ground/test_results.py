"""What a command brought about is told with it: masses with intervals, heights, numbers of pictures."""

import pytest

from flight.icd.commands.functions import FindSurface, Image, Stow, Tare, Weigh
from flight.icd.events.imaging import ProductMade
from flight.icd.events.sampling import ContactFound, TareDone, WeighingDone
from flight.icd.imaging import ProductKind
from flight.icd.modes import Phase
from flight.icd.monitoring import MonitorStatus
from flight.icd.reports.monitoring import MonitorTransition
from flight.icd.reports.parameters import ParameterValue
from ground.results import say
from ground.stages import Stage

WEIGHED = WeighingDone(phase=Phase.WEIGH, mass_g=83.5, u95_g=4.25)
TOLD = [
    (Weigh(), WEIGHED, "mass 83.5 g +- 4.2 g (95 %), weighed at WEIGH"),
    (Tare(), TareDone(force_n=0.5, noise_n=0.002, readings=60), "tare 0.5000 N, scatter 0.0020 N, 60 readings"),
    (FindSurface(), ContactFound(edge_m=(1.3, 0, -0.012), force_n=1.5), "surface at height -0.0120 m"),
    (Image(), ProductMade(kind=ProductKind.PICTURE, sequence=7, octets=9000), "picture is product number 7, 9000"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "record", "said"), TOLD)
def test_the_result_of_a_command_is_told_before_its_end(ground, board, command, record, said):
    def handle(_command, execution):
        execution.start()
        board.downlink.report(record)
        board.downlink.report(ProductMade(kind=ProductKind.WEIGHING, sequence=8))
        execution.complete()

    board.dispatcher.register(type(command), handle)
    issued = ground.send(command)
    ground.run(4.0)
    assert issued.stage is Stage.COMPLETED
    assert [said in say(each) for _, each in issued.results] == [True]
    assert [stage for about, stage in ground.told if about is issued][-2:] == [Stage.RESULT, Stage.COMPLETED]


def test_what_happens_by_itself_is_no_result(ground, board):
    ground.run(2.0)
    board.dispatcher.register(Stow, lambda _command, execution: execution.complete())
    board.downlink.report(WEIGHED)
    ground.run(2.0)
    issued = ground.send(Stow())
    ground.run(4.0)
    assert (issued.stage, issued.results) == (Stage.COMPLETED, [])


def test_a_monitor_is_told_by_the_names_of_parameter_and_status():
    record = MonitorTransition(
        monitor=5, parameter=0x8000, value=0.06, limit=0.05, before=MonitorStatus.WITHIN, after=MonitorStatus.HIGH
    )
    assert say(record) == "monitor 5 of 0x8000 (dig_parameters.depth_m): WITHIN -> HIGH at 0.06, limit 0.05"


def test_other_reports_name_parameters_and_units():
    said = say(ParameterValue(parameter=0x8000, value=0.02, age_ms=5))
    assert "parameter=0x8000 (dig_parameters.depth_m)" in said
    assert "age_ms=5 ms" in said
