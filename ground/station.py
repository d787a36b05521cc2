"""A ground station without a link: telemetry octets in, records and telecommand octets out."""

from __future__ import annotations

from collections.abc import Callable

from flight.icd.dictionary import Dictionary
from ground.commanding import Commander, NumberedSender, OnAnswer, OnReport
from ground.receiver import Received, Receiver
from ground.uplink import Timing


class Station:
    """A receiver and a commander that hear the same link. `radiate` sends octets; time is monotonic and comes in."""

    def __init__(
        self,
        dictionary: Dictionary,
        receiver: Receiver,
        radiate: Callable[[bytes], object],
        sender: NumberedSender,
        timing: Timing,
        on_report: OnReport = lambda _issued, _report: None,
        on_answer: OnAnswer = lambda _issued, _received: None,
    ) -> None:
        self.receiver = receiver
        self.commander = Commander(dictionary, radiate, sender, timing, on_report, on_answer)

    def feed(self, octets: bytes, now_ns: int) -> list[Received]:
        """Take telemetry; the control word first, for a frame is accepted before what it carries is."""
        before = self.receiver.losses.frames
        arrived = self.receiver.feed(octets)
        word = self.receiver.control_word
        if word is not None and self.receiver.losses.frames != before:
            self.commander.hear_control_word(word, now_ns)
        for received in arrived:
            self.commander.hear(received, now_ns)
        return arrived

    def step(self, now_ns: int) -> None:
        """Send and ask what is due; a few times a second at least."""
        self.commander.step(now_ns)
