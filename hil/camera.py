"""The bench's camera: the device on its line, and behind it the plant's picture as a JPEG.

The picture is taken when the device freezes its frame buffer and developed when somebody asks for its length or data,
so that a picture nobody reads costs nothing.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

import numpy as np
from PIL import Image

from flight.icd.platform import Platform
from flight.icd.vc0706 import DEFAULT_BAUD, Size
from hil.config import BenchConfig
from hil.devices import vc0706
from hil.devices.vc0706 import Developed, Undo
from hil.plant.scene.viewpoint import Viewpoint
from hil.plant.simulation import Plant

_BLACK_EXPOSURE_S, _WHITE_EXPOSURE_S = 1e-7, 1.0
_DIM_EXPOSURE_S = 1e-3


class Optics(Protocol):
    """What takes the pictures."""

    def expose(
        self, width: int, height: int, exposure_s: float | None = None
    ) -> Callable[[], np.ndarray[Any, np.dtype[np.uint8]]]:
        """A picture of now; what is returned gives its counts (height, width, 3), once. Exposed for as long as it needs
        unless told.
        """

    def prepare(self) -> None:
        """Do now what the first picture needs, so that it comes as fast as the others."""


class Chart:
    """Optics in front of a test chart, for missions whose pictures nobody looks at: made in a hundredth of the time."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)

    def expose(
        self, width: int, height: int, exposure_s: float | None = None
    ) -> Callable[[], np.ndarray[Any, np.dtype[np.uint8]]]:
        """See `Optics`."""
        fields = self._random.integers(60, 200, (height // 16, width // 16, 1), dtype=np.uint8)
        if exposure_s is not None:
            fields = fields * 0 if exposure_s < _DIM_EXPOSURE_S else fields * 0 + 255
        return lambda: np.repeat(np.repeat(np.repeat(fields, 16, 0), 16, 1), 3, 2).astype(np.uint8)

    def prepare(self) -> None:
        """Nothing to do."""


def quality_of(compression: int) -> int:
    """JPEG quality for a value of the camera's compression register: its factory setting, 0x36, gives 76 (assumed)."""
    return max(20, round(95.0 - 0.35 * compression))


def jpeg_of(counts: np.ndarray[Any, np.dtype[np.uint8]], compression: int) -> bytes:
    """`counts` as the camera's chip encodes them: baseline JPEG, colour at half resolution across (4:2:2)."""
    octets = io.BytesIO()
    Image.fromarray(counts).save(octets, "JPEG", quality=quality_of(compression), subsampling="4:2:2")
    return octets.getvalue()


class BenchCamera:
    """A camera device with optics, and all that can be made to go wrong with them."""

    def __init__(self, optics: Optics, seed: int) -> None:
        self._optics = optics
        self._exposures_s: list[float] = []
        self._darkroom = threading.Lock()
        self.device = vc0706.Camera(self.capture, baud=DEFAULT_BAUD, size=Size.VGA, seed=seed)

    def capture(self, width: int, height: int, compression: int) -> Developed:
        """A picture of now, for the device."""
        develop = self._optics.expose(width, height, self._exposures_s[-1] if self._exposures_s else None)

        def developed() -> bytes:
            with self._darkroom:
                return jpeg_of(develop(), compression)

        return cache(developed)

    def prepare(self) -> None:
        """Do now what the first picture needs, so that it comes as fast as the others."""
        with self._darkroom:
            self._optics.prepare()

    def look_at_chart(self, seed: int) -> None:
        """From now on it sees a test chart in place of the scene."""
        self._optics = Chart(seed)

    def corrupt(self) -> Undo:
        """Pictures are no JPEG any more: octets of their tables and data are wrong."""
        return self.device.corrupt()

    def truncate(self) -> Undo:
        """Pictures end too early."""
        return self.device.truncate()

    def stick(self) -> Undo:
        """The same old picture again and again."""
        return self.device.stick()

    def mute(self) -> Undo:
        """Nothing is answered."""
        return self.device.mute()

    def restart(self) -> None:
        """It starts anew, as after a dip of its supply."""
        self.device.restart()

    def darken(self) -> Undo:
        """Pictures are black but for the noise of reading: the shutter opens too shortly."""
        return self._misexpose(_BLACK_EXPOSURE_S)

    def overexpose(self) -> Undo:
        """Pictures are white where anything is lit at all: the shutter stays open too long."""
        return self._misexpose(_WHITE_EXPOSURE_S)

    def _misexpose(self, exposure_s: float) -> Undo:
        self._exposures_s.append(exposure_s)

        def undo() -> None:
            self._exposures_s.remove(exposure_s)

        return undo


def camera_of(platform: Platform, bench: BenchConfig, plant: Plant, seed: int) -> BenchCamera:
    """The camera of a mission over its plant."""
    return BenchCamera(Viewpoint(platform, bench, plant, seed), seed)
