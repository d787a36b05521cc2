"""Pictures in the sequence: each kind once, tried twice, and never a reason to lose the sample."""

import pytest

from flight.icd.commands.functions import Discard
from flight.icd.events.imaging import PictureLacking
from flight.icd.events.sampling import DigDone, PhaseBegan, StepFailed
from flight.icd.imaging import NEEDED, CameraFault, PictureFlaw, PictureKind, ProductKind
from flight.icd.modes import Custody, Phase, StepFailure
from flight.icd.vc0706 import Size
from flight.sampling.pictures import PHASES


def collect(rig, seconds=600):
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    rig.fly(seconds)
    rig.pictures.step(rig.now_ns)
    return rig


def until(rig, phase):
    while rig.sampling.phase is not phase:
        rig.step()


@pytest.mark.requirement("IMG-1")
def test_a_collection_leaves_one_product_of_every_kind_a_sample_needs(ideal):
    rig = collect(ideal(gains_g=(20.0, 90.0)))
    assert [made[:2] for made in rig.products.made] == [(ProductKind.PICTURE, kind) for kind in NEEDED]
    assert len(rig.reported(DigDone)) == 2
    assert rig.pictures.hk.imaged == 1


def test_the_material_is_pictured_where_it_was_weighed_and_the_site_once_the_arm_is_away(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    until(rig, Phase.PICTURE_MATERIAL)
    assert rig.estimate.pose.z_m == pytest.approx(rig.config.weigh.height_m, abs=0.01)
    until(rig, Phase.PICTURE_AFTER)
    assert [event.phase for event in rig.reported(PhaseBegan)[-3:-1]] == [Phase.STOW, Phase.CONFIRM]


@pytest.mark.requirement("IMG-2")
def test_a_picture_that_cannot_be_used_is_taken_again_and_both_are_kept(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.camera.flaws = [PictureFlaw.DARK]
    collect(rig)
    (failed,) = rig.reported(StepFailed)
    assert (failed.phase, failed.reason, failed.value) == (
        Phase.PICTURE_BEFORE, StepFailure.PICTURE_UNUSABLE, PictureFlaw.DARK,
    )  # fmt: skip
    assert [detail for _, detail, _ in rig.products.made][:2] == [PictureKind.BEFORE] * 2
    assert (rig.pictures.hk.imaged, rig.pictures.hk.unusable) == (1, 1)


@pytest.mark.requirement("IMG-2")
def test_a_dead_camera_costs_no_sample_and_every_lacking_picture_is_told(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.camera.faults = [CameraFault.SILENT] * 100
    collect(rig)
    assert (rig.outcome.result, rig.content.custody) == ("complete", Custody.COLLECTED)
    lacking = rig.reported(PictureLacking)
    assert [(event.kind, event.fault, event.attempts) for event in lacking] == [
        (kind, CameraFault.SILENT, 2) for kind in NEEDED
    ]
    assert (rig.pictures.hk.imaged, rig.pictures.hk.lacking) == (0, 8)


def test_without_a_camera_the_sequence_goes_on_and_says_so(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.camera.present = False
    collect(rig)
    assert rig.outcome.result == "complete"
    assert not {event.phase for event in rig.reported(PhaseBegan)} & set(PHASES)
    assert [event.kind for event in rig.reported(PictureLacking)] == list(NEEDED)


def test_a_camera_that_never_ends_is_given_up_in_bounded_time(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.camera.step = lambda now_ns: None
    collect(rig)
    assert rig.outcome.result == "complete"
    assert {event.reason for event in rig.reported(StepFailed)} == {StepFailure.TIMEOUT}
    assert len(rig.reported(PictureLacking)) == len(NEEDED)


def test_a_picture_needs_no_joints(ideal):
    rig = ideal()
    rig.joints.torque = lambda on: None
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    until(rig, Phase.UNSTOW)
    assert rig.products.made


def test_the_sequence_waits_for_a_picture_that_the_ground_asked_for(ideal):
    rig = ideal(gains_g=(90.0,))
    shot = rig.pictures.take(PictureKind.EXTRA, rig.now_ns, Size.VGA)
    collect(rig)
    assert shot.result is StepFailure.NONE
    assert [detail for _, detail, _ in rig.products.made] == [PictureKind.EXTRA, *NEEDED]
    assert rig.camera.sizes[:2] == [Size.VGA, Size.QVGA]


def test_a_sequence_that_goes_on_with_the_same_soil_keeps_the_pictures_it_has(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    until(rig, Phase.LIFT)
    rig.sampling.abort()
    collect(rig)
    assert [detail for _, detail, _ in rig.products.made] == list(NEEDED)


def test_another_collection_needs_pictures_of_its_own(ideal):
    rig = collect(ideal(gains_g=(90.0,)))
    rig.ask(Discard())
    rig.fly()
    rig.mass_g = 0.0
    collect(rig)
    assert [detail for _, detail, _ in rig.products.made] == [*NEEDED, *NEEDED]
