"""The choice between the cutting models, and what of the ground goes into them."""

import math

import pytest

from hil.plant.compiled import kernel
from hil.plant.cutting import MCKYES, PLATES, yields_n
from hil.plant.mckyes import cutting_force
from hil.plant.plates import plate_forces
from hil.plant.soil import density_kg_m3

RAKE, BLADE, SIDE = math.radians(45.0), 1e-3, 4e-4


@kernel
def yields(soil, depth, loose, strength):
    return yields_n(soil[0], 0.08, depth, loose, RAKE, strength, 0.0, BLADE, SIDE)


def of(soil, depth=0.02, loose=0.0, strength=1.0, **changes):
    soil = soil.copy()
    for name, value in changes.items():
        soil[name] = value
    return yields(soil, depth, loose, strength)


def test_each_model_is_itself(soil):
    phi, delta, density = math.radians(42.0), math.radians(20.0), density_kg_m3.py_func(0.01)
    wedge = cutting_force(0.08, 0.02, RAKE, phi, delta, density, 1.62, 520.0, 100.0, 0.0, 0.0)
    plates = plate_forces(0.08, 0.02, RAKE, phi, delta, density, 1.62, 520.0, 0.0, BLADE, SIDE, BLADE)
    assert of(soil)[0] == pytest.approx(wedge, rel=1e-12)
    assert of(soil, cutting_model=PLATES) == pytest.approx(plates, rel=1e-12)


@pytest.mark.parametrize("model", [MCKYES, PLATES])
def test_the_calibration_factor_scales_all(soil, model):
    once, twice = of(soil, cutting_model=model), of(soil, cutting_model=model, cutting_factor=2.0)
    assert twice == pytest.approx([2.0 * force for force in once], rel=1e-12)


@pytest.mark.parametrize("model", [MCKYES, PLATES])
def test_a_stronger_place_resists_more_and_loose_soil_less(soil, model):
    assert sum(of(soil, strength=1.5, cutting_model=model)) > sum(of(soil, cutting_model=model))
    loose = of(soil, loose=0.03, cutting_model=model)
    assert sum(loose) < sum(of(soil, cutting_model=model))
    assert loose == pytest.approx(of(soil, loose=0.03, strength=1.0, cohesion_pa=1e4, cutting_model=model), rel=1e-12)


@pytest.mark.parametrize("model", [MCKYES, PLATES])
def test_loose_soil_on_top_is_a_surcharge_on_what_is_firm(soil, model):
    covered = of(soil, depth=0.03, loose=0.01, cutting_model=model)[0]
    assert covered > of(soil, depth=0.02, cutting_model=model)[0]
