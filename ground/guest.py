"""A telecommand handed in at the session of another program, and followed from there as if it were our own."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from flight.icd.catalogue import mission_dictionary
from flight.icd.kinds import Telemetry
from ground.commanding import RefusedError
from ground.handover import (
    HandoverError,
    Order,
    decode_line,
    decode_record,
    decode_report,
    encode_order,
    socket_path,
)
from ground.issued import Issued
from ground.link import LinkError
from ground.stages import Report, Stage

TAKEN_S = 10.0
"""A session that has not taken a telecommand in by then never will: the connection is closed."""
END_S = 10.0
"""So long after the time-out of a telecommand the session must have said so."""
_READ = 65536


_GROUNDS = frozenset({Stage.TIMED_OUT, Stage.NOT_SENT})
"""The ends that the ground tells of: why the session ended, if it did, comes after."""


class NotTakenError(ConnectionError):
    """No session has taken the telecommand in, and none will."""


class _SilentError(Exception):
    """The session says nothing more; says how that shows."""


class _EndedError(_SilentError):
    """It has ended."""


class Guest:
    """A seat at the session of the program that uses the key; raises `NotTakenError` when that has no desk.

    `on_report` and `on_answer` are called as those of `Session` are.
    """

    def __init__(
        self,
        url: str,
        key_file: Path,
        on_report: Callable[[Issued, Report], None] = lambda _issued, _report: None,
        on_answer: Callable[[int, Telemetry], None] = lambda _tai_ns, _record: None,
    ) -> None:
        self._url = url
        self._on_report = on_report
        self._on_answer = on_answer
        self._dictionary = mission_dictionary()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(TAKEN_S)
        try:
            self._socket.connect(str(socket_path(key_file)))
        except OSError as error:
            self._socket.close()
            raise NotTakenError(str(error)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def follow(self, order: Order) -> Issued:
        """Have what is ordered sent and wait for its end.

        Raises `RefusedError` as `Session.follow` does, `LinkError` for what ended the session, and `NotTakenError` when
        the session ended or stood still before it sent anything.
        """
        issued = Issued(order.command, (0, 0), 0, order.bypass)
        taken = False
        try:
            self._ask(encode_order(order, self._url, self._dictionary))
            for fields in self._lines(order.timeout_s):
                taken = True
                self._take(fields, issued)
                if issued.ended and issued.stage not in _GROUNDS:
                    break
        except (_SilentError, HandoverError) as silent:
            if not taken and isinstance(silent, _EndedError):
                raise NotTakenError(f"the session that commands with this key {silent}") from None
            if not taken:
                raise LinkError(f"the session that commands with this key {silent}; end it first") from None
            if not issued.ended:
                known = "whether it was sent is not known" if issued.stage is Stage.WAITING else "the board goes on"
                text = f"the session that sends it {silent}: {known}; last heard of: {issued.stage}"
                self._note(issued, Report(Stage.TIMED_OUT, None, text))
        return issued

    def linger(self, tell: Callable[[int], None] = lambda _number: None) -> None:
        """Nobody waits for us."""

    def _ask(self, line: bytes) -> None:
        try:
            self._socket.sendall(line)
        except OSError:
            raise _EndedError("has ended") from None

    def _take(self, fields: dict[str, Any], issued: Issued) -> None:
        """Note what a line says; raises what it tells of."""
        if "refused" in fields:
            raise RefusedError(str(fields["refused"]))
        if "returned" in fields:
            raise NotTakenError("the session ended before it was sent")
        if "error" in fields:
            raise LinkError(str(fields["error"]))
        if "answer" in fields:
            self._on_answer(*decode_record(fields["answer"], self._dictionary))
        if "stage" in fields:
            report = decode_report(fields)
            if report.stage is Stage.RESULT:
                if fields.get("packet"):
                    issued.results.append(decode_record(fields["packet"], self._dictionary))
                self._on_report(issued, report)
            else:
                self._note(issued, report)

    def _note(self, issued: Issued, report: Report) -> None:
        issued.note(report)
        self._on_report(issued, report)

    def _lines(self, timeout_s: float) -> Iterator[dict[str, Any]]:
        """What the session says, line by line; raises `_SilentError` in the end."""
        heard = bytearray()
        deadline = time.monotonic() + TAKEN_S
        while True:
            try:
                self._socket.settimeout(max(deadline - time.monotonic(), 0.001))
                octets = self._socket.recv(_READ)
            except TimeoutError:
                raise _SilentError("stands still") from None
            except OSError:
                octets = b""
            if not octets:
                raise _EndedError("has ended without a word")
            heard += octets
            while b"\n" in heard:
                line, _, heard = heard.partition(b"\n")
                fields = decode_line(bytes(line))
                if "taken" in fields:
                    deadline = time.monotonic() + timeout_s + END_S
                yield fields
