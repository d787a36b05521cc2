"""What `docs/weighing.md` tells of the budget is what it is, and the bench's cells are within flight's sheet."""

import importlib.util
from pathlib import Path

import pytest

from flight.config import load_mission
from flight.scoop.budget import Mass
from flight.scoop.cell_sheet import CellSheet
from hil.config import load_bench

_SPEC = importlib.util.spec_from_file_location("weighing_budget", Path(__file__).parents[2] / "weighing_budget.py")
budget = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(budget)


def test_the_budget_in_the_document_is_todays():
    text = budget.DOCUMENT.read_text(encoding="utf-8")
    assert text == budget.document(text), "run python tests/weighing_budget.py"


def test_no_component_is_left_out():
    assert [f"u_{name}_g" for name in budget.SOURCES] == [name for name in Mass._fields if name.startswith("u_")]


@pytest.mark.parametrize("mission", budget.MISSIONS)
def test_the_half_width_is_far_below_what_is_asked(mission):
    assert budget.mass(mission).u95_g < 10.0


@pytest.mark.requirement("WGH-5")
@pytest.mark.parametrize("mission", budget.MISSIONS)
def test_flights_sheet_is_the_one_that_the_benchs_cells_are_drawn_from(mission):
    """Flight's figures are no better than those of the cells that are built in."""
    flight, (_, bench) = load_mission(mission).weigh, load_bench(mission)
    truth = bench.load_cell
    for name in set(CellSheet.model_fields) & set(type(truth).model_fields):
        assert getattr(flight.cell, name) >= getattr(truth, name), name
    assert flight.cell.warming_k_h >= abs(bench.servo.ambient_k_h)
    assert flight.tilt_max_deg >= bench.tolerance.tilt_deg
