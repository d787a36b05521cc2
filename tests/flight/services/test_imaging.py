"""The `Image` function: one picture, whatever else goes on."""

import pytest

from flight.bus.camera_ask import Picture
from flight.icd.commands.functions import Image
from flight.icd.imaging import CameraFault, PictureFlaw, PictureKind
from flight.icd.modes import StepFailure
from flight.icd.reports.verification import Accepted, Completed, CompletionFailed, FailureCode, Started, StartFailed
from flight.icd.vc0706 import Size
from flight.sampling.pictures import Pictures
from flight.services.imaging import TIMEOUT_S, ImageFunction


class Camera:
    present = True
    busy = False
    picture = None
    fault = CameraFault.NONE

    def take(self, size, now_ns):
        self.busy, self.size = True, size
        return True

    def give(self, flaw=PictureFlaw.NONE, fault=CameraFault.NONE):
        self.busy, self.fault = False, fault
        self.picture = None if fault else Picture(b"jpeg", self.size, 0, flaw, 100.0, 30.0)

    def abandon(self):
        self.give(fault=CameraFault.ABANDONED)


class Products:
    made = 0

    def append(self, *args, **kw):
        self.made += 1


@pytest.fixture
def rig(board):
    board.camera, board.products = Camera(), Products()
    board.pictures = Pictures(board.camera, board.products, board.emit)
    board.imaging = ImageFunction(board.pictures, board.time)
    board.imaging.serve(board.dispatcher)
    return board


def kinds(reports):
    return [type(report) for report in reports]


def step(rig):
    before = len(rig.reports)
    rig.pictures.step(0)
    rig.imaging.step(0)
    return rig.reports[before:]


ASK = Image(kind=PictureKind.EXTRA, resolution=Size.VGA)


def test_it_completes_when_the_picture_is_a_product(rig):
    assert kinds(rig.send(ASK)) == [Accepted, Started]
    assert step(rig) == []
    rig.camera.give()
    assert kinds(step(rig)) == [Completed]
    assert (rig.products.made, rig.camera.size) == (1, Size.VGA)


def test_a_usable_picture_of_a_kind_a_sample_needs_counts_for_it(rig):
    rig.send(Image(kind=PictureKind.MATERIAL, resolution=Size.QVGA))
    rig.camera.give()
    step(rig)
    assert not rig.pictures.wanted(PictureKind.MATERIAL)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"flaw": PictureFlaw.DARK}, StepFailure.PICTURE_UNUSABLE),
        ({"fault": CameraFault.SILENT}, StepFailure.NO_PICTURE),
    ],
)
def test_it_fails_with_the_reason(rig, given, reason):
    rig.send(ASK)
    rig.camera.give(**given)
    (failed,) = step(rig)
    assert (type(failed), failed.code, failed.detail) == (CompletionFailed, FailureCode.FAILED, reason)


def test_one_at_a_time(rig):
    rig.send(ASK)
    refused = rig.send(ASK)[-1]
    assert (type(refused), refused.code) == (StartFailed, FailureCode.BUSY)


def test_no_camera_no_picture(rig):
    rig.camera.present = False
    refused = rig.send(ASK)[-1]
    assert (type(refused), refused.code) == (StartFailed, FailureCode.NOT_AVAILABLE)


def test_a_picture_that_takes_too_long_is_given_up(rig):
    rig.send(ASK)
    rig.dispatcher.step(int(TIMEOUT_S * 1e9) + 1)
    step(rig)
    step(rig)
    assert not rig.camera.busy
    assert kinds(rig.send(ASK)) == [Accepted, Started]
