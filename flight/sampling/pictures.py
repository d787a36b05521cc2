"""Pictures of the collection: who asks for one gets a shot, which tells how it went; usable ones are counted by kind.

Where the camera looks and how it is set, the mission file says; nothing is moved for a picture. Each that comes is a
product, usable or not. The sequence asks for QVGA: 15 kB, read twice in three seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from flight.bus.camera_ask import Picture
from flight.icd.events.imaging import PictureLacking
from flight.icd.hk.imaging import PicturesHk
from flight.icd.imaging import NEEDED, CameraFault, PictureFlaw, PictureKind, ProductKind, ProductSource
from flight.icd.kinds import Emit
from flight.icd.modes import Phase, StepFailure
from flight.icd.vc0706 import Size
from flight.recorder.product_log import Products
from flight.scoop.kinematics import EdgePose
from flight.scoop.trajectory import Leg

SIZE = Size.QVGA
ATTEMPTS = 2
"""How often the sequence tries for a picture before it goes on without."""
PHASES = {
    Phase.PICTURE_BEFORE: PictureKind.BEFORE,
    Phase.PICTURE_COLLECTION: PictureKind.COLLECTION,
    Phase.PICTURE_MATERIAL: PictureKind.MATERIAL,
    Phase.PICTURE_AFTER: PictureKind.AFTER,
}
"""The steps of the sequence that are pictures."""
_MOST = 255


class PictureSource(Protocol):
    """What pictures need of the camera's driver."""

    picture: Picture | None
    fault: CameraFault

    @property
    def busy(self) -> bool:
        """Whether a picture is under way."""
        ...

    @property
    def present(self) -> bool:
        """Whether there is a camera's port."""
        ...

    def take(self, size: Size, now_ns: int) -> bool:
        """Ask for a picture; False while one is under way."""
        ...

    def abandon(self) -> None:
        """Give up the picture under way."""
        ...


@dataclass(slots=True)
class Shot:
    """A picture that was asked for. `result` is None while it is under way, NONE when it is usable."""

    kind: PictureKind
    result: StepFailure | None = None
    fault: CameraFault = CameraFault.NONE
    flaw: PictureFlaw = PictureFlaw.NONE


class Pictures:
    """Takes pictures one at a time, makes products of them, and counts the usable ones of the present collection."""

    __slots__ = ("_camera", "_emit", "_products", "_shot", "_usable", "hk")

    def __init__(self, camera: PictureSource, products: Products, emit: Emit) -> None:
        self._camera = camera
        self._products = products
        self._emit = emit
        self._usable = dict.fromkeys(NEEDED, 0)
        self._shot: Shot | None = None
        self.hk = PicturesHk()

    @property
    def present(self) -> bool:
        """Whether there is a camera at all."""
        return self._camera.present

    @property
    def usable(self) -> tuple[int, ...]:
        """Usable pictures of the present collection, by kind in the order of `NEEDED`."""
        return tuple(self._usable.values())

    def begin_collection(self, usable: Sequence[int] = (0, 0, 0, 0)) -> None:
        """Another collection begins, or goes on with the pictures it had: what was pictured before is not of it."""
        self._usable = dict(zip(NEEDED, usable, strict=True))

    def wanted(self, kind: PictureKind) -> bool:
        """Whether there is no usable picture of `kind` yet."""
        return not self._usable.get(kind, 0)

    def forget(self, kind: PictureKind) -> None:
        """What was pictured is so no more: another of `kind` is wanted."""
        self._usable[kind] = 0

    def take(self, kind: PictureKind, now_ns: int, size: Size = SIZE) -> Shot | None:
        """Ask for a picture; None while another is under way."""
        if self._shot is not None or not self._camera.take(size, now_ns):
            return None
        self._shot = Shot(kind)
        return self._shot

    def step(self, now_ns: int) -> None:
        """Take in the picture under way, once the camera is through with it."""
        shot = self._shot
        if shot is not None and not self._camera.busy:
            self._shot = None
            shot.result = self._taken(shot)
        hk, usable = self.hk, self.usable
        hk.before, hk.collection, hk.material, hk.after = (min(count, _MOST) for count in usable)
        hk.imaged = int(all(usable))
        hk.stamp(now_ns)

    def abandon(self, shot: Shot) -> None:
        """Give up `shot`, if it is still under way."""
        if shot is self._shot:
            self._camera.abandon()

    def lack(self, kind: PictureKind, shot: Shot | None, attempts: int) -> None:
        """Tell that the sequence goes on without one of `kind`; `shot` was the last attempt."""
        fault, flaw = (shot.fault, shot.flaw) if shot is not None else (CameraFault.CLOSED, PictureFlaw.NONE)
        self._emit(PictureLacking(kind=kind, fault=fault, flaw=flaw, attempts=attempts))

    def _taken(self, shot: Shot) -> StepFailure:
        camera, hk = self._camera, self.hk
        picture, shot.fault = camera.picture, camera.fault
        if picture is None:
            hk.lacking = min(hk.lacking + 1, _MOST)
            return StepFailure.NO_PICTURE
        self._products.append(
            ProductKind.PICTURE, picture.jpeg, picture.frozen_ns, detail=shot.kind, source=ProductSource.CAMERA
        )
        shot.flaw = picture.flaw
        if picture.flaw is not PictureFlaw.NONE:
            hk.unusable = min(hk.unusable + 1, _MOST)
            return StepFailure.PICTURE_UNUSABLE
        if shot.kind in self._usable:
            self._usable[shot.kind] += 1
        return StepFailure.NONE


class TakePicture:
    """A step of the sequence: one picture, the arm where it is."""

    timeout_s = 30.0
    moves = False

    def __init__(self, pictures: Pictures, phase: Phase) -> None:
        self.phase = phase
        self.value = 0.0
        self.shot: Shot | None = None
        self._pictures = pictures

    def plan(self, here: EdgePose) -> Iterable[Leg]:
        """See `Step`: it moves nothing."""
        return ()

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        self.shot = self._pictures.take(PHASES[self.phase], now_ns)

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        if self.shot is None:
            self.begin(now_ns)
            return None
        self.value = float(self.shot.flaw or self.shot.fault)
        return self.shot.result
