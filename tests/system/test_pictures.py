"""Pictures of whole missions: they are taken, kept and counted, and no fault of the camera costs the sample."""

import hashlib

import pytest

from flight.icd.imaging import NEEDED
from hil.faults import parse_faults
from hil.lockstep import Lockstep


def flown(faults=(), out=None):
    with Lockstep("m1_lander", 1, parse_faults(faults), out) as mission:
        for _ in mission.run():
            pass
        return mission.result(), mission.app


@pytest.mark.requirement("IMG-1")
def test_a_mission_leaves_a_usable_picture_of_every_kind_by_its_hash(tmp_path):
    result, app = flown(out=tmp_path)
    assert result.result == "collected"
    pictures = sorted((tmp_path / "pictures").iterdir())
    assert [path.name.split("-")[1] for path in pictures] == [kind.name.lower() for kind in NEEDED]
    for path in pictures:
        assert hashlib.sha256(path.read_bytes()).hexdigest().startswith(path.stem.split("-")[2])
    assert app.pictures.hk.imaged == 1
    assert app.camera.hk.usable == len(NEEDED)


@pytest.mark.requirement("IMG-2")
@pytest.mark.parametrize(
    "fault",
    ["camera_silent", "corrupt_picture", "truncated_picture", "dark_picture", "saturated_picture", "stuck_picture"],
)
def test_no_fault_of_the_camera_costs_the_sample_and_none_passes_as_imaged(fault):
    result, app = flown([f"{fault}@0+forever"])
    assert result.result == "collected"
    assert app.pictures.hk.imaged == 0
    assert (app.executive.failures, result.overruns) == (0, 0)
