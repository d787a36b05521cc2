"""Where other programs hand in telecommands: a Unix socket beside the key that one session commands with.

An operator who sends `abort` while another `send` waits must not have to end that first, and two programs with a key
would both number frames. So the one that holds the key takes in the telecommands of the others, one a connection, and
tells each what becomes of its own. What comes by the socket can't hurt the session: nothing blocks, lines and
connections are bounded, and whoever says something else is told so and shut out.
"""

from __future__ import annotations

import os
import socket
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from flight.icd.dictionary import Dictionary
from flight.icd.keys import MODE
from flight.icd.packet import EncodeError
from ground.commanding import Commander, RefusedError
from ground.handover import (
    ORDER_MAX,
    HandoverError,
    decode_order,
    encode_line,
    encode_record,
    encode_report,
    socket_path,
)
from ground.issued import Issued, S
from ground.receiver import Received
from ground.stages import Report, Stage

GUESTS_MAX = 32
"""Programs served at a time; more wait at the socket."""
SILENT_S = 5.0
"""A program that has connected says what it wants within this."""
_READ = 4096
_UNREAD_MAX = 1 << 20
"""Octets kept for a program that does not read them."""


def no_board(contact_s: float) -> str:
    """Why a telecommand is not sent that waited so long."""
    return f"no telemetry of a board of ours within {contact_s:g} s"


@dataclass(slots=True, eq=False)
class _Guest:
    """Another program, and the telecommand that it handed in."""

    socket: socket.socket
    since_ns: int
    heard: bytearray = field(default_factory=bytearray)
    unsent: bytearray = field(default_factory=bytearray)
    issued: Issued | None = None
    contact_s: float = 0.0
    gone: bool = False

    def tell(self, line: bytes) -> bool:
        """Write `line`, and what could not be written before; whether it is there to read them."""
        self.unsent += line
        try:
            while self.unsent:
                del self.unsent[: self.socket.send(self.unsent)]
        except BlockingIOError:
            self.gone |= len(self.unsent) > _UNREAD_MAX
        except OSError:
            self.gone = True
        return not self.gone

    def read(self) -> None:
        """Take what it said; nobody is there who has closed the connection."""
        try:
            while len(self.heard) <= ORDER_MAX:
                octets = self.socket.recv(_READ)
                if not octets:
                    self.gone = True
                    return
                self.heard += octets
        except BlockingIOError:
            return
        except OSError:
            self.gone = True


class Desk:
    """Takes in telecommands for the session on `link` with `key_file`. Nothing of it but the constructor raises.

    Without a socket (no room for its name, no right to make it) there is no desk, and other programs are refused.
    """

    def __init__(self, key_file: Path, link: str, dictionary: Dictionary) -> None:
        self._link = link
        self._dictionary = dictionary
        self._path = socket_path(key_file)
        self._guests: list[_Guest] = []
        self._listening = _listen(self._path)

    def step(self, commander: Commander, now_ns: int) -> None:
        """Take in what is new; a few times a second at least."""
        self._admit(now_ns)
        for guest in self._guests:
            guest.read()
            guest.tell(b"")
            if guest.issued is None:
                self._begin(guest, commander, now_ns)
            elif guest.issued.ended and not guest.unsent:
                guest.gone = True
            elif guest.issued.stage is Stage.WAITING:
                self._await(guest, guest.issued, commander, now_ns)
        for guest in [guest for guest in self._guests if guest.gone]:
            guest.socket.close()
            self._guests.remove(guest)

    def report(self, issued: Issued, report: Report) -> bool:
        """Tell whoever handed `issued` in; False when that was none of ours."""
        if not isinstance(issued.sender, _Guest):
            return False
        if not issued.sender.gone:
            record = issued.results[-1][1] if report.stage is Stage.RESULT else None
            issued.sender.tell(encode_report(report, record))
        return True

    def answer(self, issued: Issued | None, received: Received) -> bool:
        """Tell whoever handed `issued` in what was answered, all when nobody asked; whether it is for them alone."""
        asked = [guest for guest in self._guests if guest.issued is not None and issued in (None, guest.issued)]
        packet = encode_record(received.record, received.packet.tai_ns) if asked else None
        for guest in asked if packet is not None else ():
            guest.tell(encode_line(answer=packet))
        return issued is not None and isinstance(issued.sender, _Guest)

    @property
    def under_way(self) -> int:
        """Telecommands without an end that somebody waits for."""
        return sum(guest.issued is not None and not guest.issued.ended for guest in self._guests)

    def retire(self) -> bool:
        """Take in nothing more, unless somebody waits for the end of a telecommand; whether nobody does."""
        if self.under_way:
            return False
        self.shut()
        return True

    def close(self, commander: Commander, error: Exception | None) -> None:
        """Take in nothing more, and tell all why the session ends: `error`, or because it is ended."""
        self.shut()
        for guest in self._guests:
            issued = guest.issued
            if issued is not None and not issued.ended:
                if error is None and issued.stage is Stage.WAITING:
                    guest.tell(encode_line(returned=True))
                why = f"the session that sent it was ended, the board goes on; last heard of: {issued.stage}"
                commander.give_up(issued, why if error is None else str(error))
            if error is not None and issued is not None:
                guest.tell(encode_line(error=str(error)))
            guest.socket.close()
        self._guests.clear()

    def shut(self) -> None:
        """Take in no new program."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None
            with suppress(OSError):  # the folder is gone, or is ours to write no more
                self._path.unlink()

    def _admit(self, now_ns: int) -> None:
        while self._listening is not None and len(self._guests) < GUESTS_MAX:
            try:
                connection, _ = self._listening.accept()
            except OSError:  # nobody more, or no descriptor for one
                return
            connection.setblocking(False)
            self._guests.append(_Guest(connection, now_ns))

    def _begin(self, guest: _Guest, commander: Commander, now_ns: int) -> None:
        """Send what `guest` wants, once it has said so. One that is gone has thought better of it."""
        guest.gone |= self._listening is None  # too late: the next session takes it
        line, end, _ = guest.heard.partition(b"\n")
        if guest.gone or not end:
            guest.gone |= len(guest.heard) > ORDER_MAX or now_ns - guest.since_ns > SILENT_S * S
            return
        try:
            order = decode_order(bytes(line), self._link, self._dictionary)
            if not guest.tell(encode_line(taken=True)):
                return
            issued = commander.send(order.command, now_ns, order.timeout_s, order.bypass, sender=guest)
        except (HandoverError, RefusedError, EncodeError) as error:
            guest.tell(encode_line(refused=str(error)))
            guest.gone = True
            return
        guest.issued, guest.contact_s = issued, min(order.contact_s, order.timeout_s)
        guest.since_ns = now_ns

    def _await(self, guest: _Guest, issued: Issued, commander: Commander, now_ns: int) -> None:
        """What was not sent yet is taken back when there is no board, or nobody who waits for it."""
        if guest.gone:
            commander.give_up(issued, "nobody waits for it")
        elif now_ns - guest.since_ns >= guest.contact_s * S:
            commander.give_up(issued, no_board(guest.contact_s))


def _listen(path: Path) -> socket.socket | None:
    """A socket at `path` for its owner alone; None where there can be none. What a killed session left is replaced."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if stat.S_ISSOCK(_mode(path)):
            path.unlink()
        listening.bind(str(path))
        os.chmod(path, MODE)  # nobody can connect before it listens
        listening.listen(GUESTS_MAX)
    except OSError:
        listening.close()
        return None
    listening.setblocking(False)
    return listening


def _mode(path: Path) -> int:
    try:
        return path.lstat().st_mode
    except FileNotFoundError:
        return 0
