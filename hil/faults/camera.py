"""Faults of the camera itself; those of its line are among the wires'."""

from __future__ import annotations

from collections.abc import Callable

from hil.faults.fault import Begin, Fault
from hil.faults.site import Camera, Part, Undo, present


def _on_camera(fail: Callable[[Camera], Undo]) -> Begin:
    return lambda site, _where: fail(present(site.camera))


def _fault(name: str, meaning: str, duration_s: float, fail: Callable[[Camera], Undo], *, alone: bool = True) -> Fault:
    return Fault(name, "camera", meaning, duration_s, _on_camera(fail), Part.CAMERA, "camera", alone)


CAMERA_FAULTS: tuple[Fault, ...] = (
    _fault("dark_picture", "pictures are black", 20.0, lambda camera: camera.darken()),
    _fault("saturated_picture", "pictures are white", 20.0, lambda camera: camera.overexpose()),
    _fault("corrupt_picture", "pictures are no JPEG any more", 20.0, lambda camera: camera.corrupt(), alone=False),
    _fault("camera_silent", "the camera answers nothing, though its line is sound", 20.0, lambda camera: camera.mute()),
)
"""Those of the camera."""
