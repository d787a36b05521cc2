"""The plant as a whole: seeds, time, conservation, compilation."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hil.plant import compiled
from hil.plant.deviation import draw, streams
from hil.plant.plant import new_plant
from hil.plant.simulation import gravity_along

MS = 1_000_000


def state(plant):
    truth = plant.truth
    return (
        plant.servos.values.tobytes(), plant.load_cell_n(), truth.joint_rad, truth.joint_rad_s, truth.edge_m,
        truth.sample_mass_kg, truth.soil_force_n, truth.height_map_m.tobytes(),
    )  # fmt: skip


def stir(plant, seed, frames=150, frame_ms=10):
    """Drives the servos about at random, into the ground too."""
    rng = np.random.default_rng(seed)
    servos = plant.servos
    servos.pwm_limit[:], servos.current_limit_a[:] = 1.0, 3.0
    servos.position_p[:], servos.position_d[:] = 3200.0, 4000.0
    servos.velocity_p[:], servos.velocity_i[:], servos.velocity_limit_rad_s[:] = 100.0, 1920.0, 3.0
    for _ in range(frames):
        if rng.random() < 0.1:
            servos.mode[:] = rng.choice([0, 1, 3, 4, 5, 16], 4)
            servos.torque_enable[:] = rng.random(4) < 0.8
            servos.goal_current_a[:] = rng.uniform(-3, 3, 4)
            servos.goal_velocity_rad_s[:] = rng.uniform(-3, 3, 4)
            servos.goal_pwm[:] = rng.uniform(-1, 1, 4)
            servos.goal_position_rad[:] = np.pi + np.radians(rng.uniform(-150, 110, 4))
        plant.advance(plant.time_ns + frame_ms * MS)


def test_the_same_seed_gives_the_same_results_bit_for_bit(tables):
    one, other = (new_plant(*tables, seed=7) for _ in range(2))
    stir(one, 1)
    stir(other, 1)
    assert state(one) == state(other)


def test_another_seed_gives_another_world(tables):
    one, other = (new_plant(*tables, seed=seed) for seed in (7, 8))
    assert one.deviation != other.deviation
    assert one.truth.height_map_m.tobytes() != other.truth.height_map_m.tobytes()


def test_the_size_of_a_call_does_not_matter(tables):
    one, other = (new_plant(*tables, seed=3) for _ in range(2))
    one.advance(6_000 * MS)
    for k in range(1, 2001):
        other.advance(3 * k * MS)
    assert state(one) == state(other)


def test_noise_does_not_repeat(tables):
    plant = new_plant(*tables, seed=3)
    readings = []
    for _ in range(600):
        plant.advance(plant.time_ns + 10 * MS)
        readings.append(plant.load_cell_n())
    assert len(set(readings[100:])) == 500


def test_time_goes_on_in_whole_steps_and_never_back(tables):
    plant = new_plant(*tables, seed=1)
    plant.advance(12_345_678)
    assert plant.time_ns == plant.truth.time_ns == 12 * MS
    before = state(plant)
    plant.advance(5 * MS)
    assert plant.time_ns == 12 * MS
    assert state(plant) == before


def test_it_starts_at_rest_in_the_stow_pose(tables):
    platform, _ = tables
    plant = new_plant(*tables, seed=1)
    counts = plant.servos.position_rad * 4096 / (2 * np.pi)
    believed = [
        np.degrees(joint.direction * (count - joint.zero_counts) * 2 * np.pi / 4096)
        for joint, count in zip(platform.joint, counts, strict=True)
    ]
    assert believed == pytest.approx(platform.arm.stow_deg)
    assert not plant.servos.velocity_rad_s.any()


@settings(max_examples=8)
@given(st.integers(0, 1000))
def test_whatever_the_servos_do_mass_is_conserved_and_all_stays_finite(tables, seed):
    plant = new_plant(*tables, seed)
    stir(plant, seed, frames=300, frame_ms=20)
    truth = plant.truth
    assert truth.moved_mass_kg + truth.sample_mass_kg == pytest.approx(0.0, abs=1e-12)
    assert np.isfinite(plant.servos.values).all()
    assert max(abs(rate) for rate in truth.joint_rad_s) < 15.0


@settings(max_examples=30)
@given(st.integers(0, 2**32))
def test_the_truth_lies_within_the_tolerances(tables, seed):
    platform, bench = tables
    true = draw(platform, bench, streams(seed))
    assert abs(true.surface_m) <= bench.tolerance.surface_m
    assert all(abs(t - b) <= bench.tolerance.tilt_deg for t, b in zip(true.tilt_deg, bench.tilt_deg, strict=True))
    assert true.scoop_mass_kg == pytest.approx(platform.scoop.mass_kg, rel=bench.tolerance.scoop_mass + 1e-9)
    assert abs(true.load_cell.gain) <= platform.load_cell.gain_u95 + 1e-12
    low, high = bench.soil.cohesion_pa
    assert low <= true.cohesion_pa <= high


def test_each_seed_lands_with_another_tilt_and_gravity_is_that_of_the_tilt(tables):
    plants = [new_plant(*tables, seed) for seed in (1, 2, 3)]
    assert len({plant.deviation.tilt_deg for plant in plants}) == 3
    for plant in plants:
        gravity = [float(plant._world[f"g{axis}"][0]) for axis in "xyz"]
        assert gravity == pytest.approx(gravity_along(tables[0].environment.gravity_m_s2, plant.deviation.tilt_deg))


def test_a_known_tilt_is_where_the_tolerance_is_centred(tables):
    platform, bench = tables
    true = draw(platform, bench.model_copy(update={"tilt_deg": (10.0, -8.0)}), streams(1))
    assert true.tilt_deg == pytest.approx((10.0, -8.0), abs=bench.tolerance.tilt_deg)


def test_gravity_keeps_its_size_when_the_lander_tilts():
    assert np.linalg.norm(gravity_along(1.62, (12.0, -7.0))) == pytest.approx(1.62)
    assert gravity_along(1.62, (0.0, 0.0)) == (0.0, 0.0, -1.62)
    assert gravity_along(1.62, (0.0, 5.0))[0] > 0  # nose down: x leans downhill
    assert gravity_along(1.62, (5.0, 0.0))[1] < 0  # left side up: -y leans downhill


def test_nothing_is_compiled_at_import():
    program = "from hil.plant import plant, step; assert step.advance.signatures == []"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_change_of_any_source_makes_another_cache_entry(monkeypatch):
    cache = compiled.PlantCache(_square)
    codegen = compiled.njit(_square).targetctx.codegen()
    before = cache._index_key((), codegen)
    assert before == cache._index_key((), codegen)
    of, plant, here = compiled.sources_digest, Path(compiled.__file__).parent, Path(__file__).parent
    for changed in (plant, here):  # a kernel here calls functions there
        monkeypatch.setattr(
            compiled, "sources_digest", lambda folder, at=changed: "new" if folder == at else of(folder)
        )
        assert cache._index_key((), codegen) != before


def _square(x):
    return x * x
