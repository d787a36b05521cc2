"""Faults of the camera itself; those of its line are among the wires'."""

from __future__ import annotations

from collections.abc import Callable

from hil.faults.fault import Begin, Fault
from hil.faults.site import Camera, Part, Undo, present


def _on_camera(fail: Callable[[Camera], Undo]) -> Begin:
    return lambda site, _where: fail(present(site.camera))


def _fault(name: str, meaning: str, duration_s: float, fail: Callable[[Camera], Undo], acts_on: str) -> Fault:
    return Fault(name, "camera", meaning, duration_s, _on_camera(fail), Part.CAMERA, acts_on, alone=True)


CAMERA_FAULTS: tuple[Fault, ...] = (
    _fault("dark_picture", "pictures are black", 20.0, lambda camera: camera.darken(), "exposure"),
    _fault("saturated_picture", "pictures are white", 20.0, lambda camera: camera.overexpose(), "exposure"),
    _fault("corrupt_picture", "pictures have wrong octets within their data", 20.0, lambda camera: camera.corrupt(),
           "picture's data"),
    _fault("truncated_picture", "pictures end early", 20.0, lambda camera: camera.truncate(), "picture's data"),
    _fault("stuck_picture", "the camera takes the same picture again and again", 20.0, lambda camera: camera.stick(),
           "exposure"),
    _fault("camera_silent", "the camera answers nothing, though its line is sound", 20.0,
           lambda camera: camera.mute(), "camera"),
)  # fmt: skip
"""Those of the camera."""
