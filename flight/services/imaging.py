"""PUS service 8: a picture for the ground, whatever else goes on."""

from __future__ import annotations

from flight.icd.commands.functions import Image
from flight.icd.modes import StepFailure
from flight.icd.reports.verification import FailureCode
from flight.sampling.pictures import Pictures, Shot
from flight.services.dispatcher import Dispatcher
from flight.services.timebase import TimeBase
from flight.services.verification import Execution

TIMEOUT_S = 60.0
"""A VGA picture of 60 kB is read twice at 38400 baud in half of that."""


class ImageFunction:
    """Takes one picture at a time; it completes when a usable one has been made a product of."""

    __slots__ = ("_execution", "_pictures", "_shot", "_time")

    def __init__(self, pictures: Pictures, time: TimeBase) -> None:
        self._pictures = pictures
        self._time = time
        self._execution: Execution | None = None
        self._shot: Shot | None = None

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the function."""
        dispatcher.register(Image, self._image, TIMEOUT_S)

    def step(self, now_ns: int) -> None:
        """End the function whose picture has come, or whose time is over."""
        execution, shot = self._execution, self._shot
        if execution is None or shot is None:
            return
        if execution.ended:
            self._pictures.abandon(shot)
        elif shot.result is StepFailure.NONE:
            execution.complete()
        elif shot.result is not None:
            execution.fail(FailureCode.FAILED, int(shot.result))
        else:
            return
        self._execution = self._shot = None

    def _image(self, command: Image, execution: Execution) -> None:
        if not self._pictures.present:
            execution.fail(FailureCode.NOT_AVAILABLE)
            return
        shot = self._pictures.take(command.kind, self._time.now_ns, command.resolution)
        if shot is None:
            execution.fail(FailureCode.BUSY)
            return
        self._execution, self._shot = execution, shot
        execution.start()
