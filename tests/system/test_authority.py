"""Who holds the key commands the board, once a command; nobody else moves anything, whatever they send."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from flight.comms.control_word import ControlWord
from flight.comms.gate import memory_gate
from flight.comms.replay import BLOCK, WINDOW
from flight.comms.uplink import Uplink
from flight.icd import cltu, cop, tc_frame
from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.functions import FindSurface
from flight.icd.commands.test import ConnectionTest
from flight.icd.events.comms import UplinkFault
from flight.icd.keys import UplinkKey, create_key
from flight.icd.sdls import Association
from flight.icd.space_packet import encode_tc
from flight.icd.tc_frame import TcFrame
from flight.icd.tc_sender import TcSender
from flight.services.connection import ConnectionService
from flight.services.dispatcher import Dispatcher

KEY = UplinkKey(1, bytes(range(32)))
ATTACKS = 100_000
ON_THE_WIRE = 10_000
"""Of them, those whose CLTU is damaged, not only the frame in it."""


class Wire:
    """One port, whose octets are what was put there."""

    def __init__(self):
        self.ports = (self,)
        self.octets = b""

    def read(self, number, now_ns):
        octets, self.octets = self.octets, b""
        return octets


class Board:
    """The uplink as it flies: decoder, frame, gate, FARM-1, dispatcher, service."""

    def __init__(self):
        self.wire = Wire()
        self.word = ControlWord()
        self.dispatcher = Dispatcher(mission_dictionary(), lambda report: None, lambda event: None)
        ConnectionService(lambda report: None).serve(self.dispatcher)
        self.uplink = Uplink(self.wire, self.dispatcher.accept, self.word, lambda event: None, memory_gate(KEY))

    def take(self, octets):
        self.wire.octets = octets
        self.uplink.step(0)

    @property
    def state(self):
        """All that a telecommand could move."""
        gate, farm = self.uplink.gate, self.uplink.farm
        return (
            self.dispatcher.received, self.dispatcher.verification.completed, self.word.octets, farm.word, farm.farm_b,
            gate.next_sequence, gate.kept, self.uplink.taken_ad, self.uplink.taken_bd, self.uplink.taken_bc,
        )  # fmt: skip

    @property
    def rejections(self):
        return sum(self.uplink.rejected.values())


class Attacker:
    """Has heard all that was sent, some of which never arrived; knows every format, and not the key."""

    def __init__(self, heard, lost, seed):
        self.heard = heard
        self.lost = lost
        self.rng = random.Random(seed)
        self.other = Association(UplinkKey(1, self.rng.randbytes(32)))

    def frame(self):
        """A frame that is none of those that were lost."""
        how = self.rng.choice(self.WAYS)
        octets = how(self)
        return octets if octets not in self.lost else octets[:-1] + bytes([octets[-1] ^ 1])

    def victim(self):
        return bytearray(self.rng.choice(self.heard + self.lost))

    def replayed(self):
        return self.rng.choice(self.heard)

    def bits(self):
        octets = self.victim()
        for _ in range(self.rng.randint(1, 8)):
            octets[self.rng.randrange(len(octets))] ^= 1 << self.rng.randrange(8)
        return bytes(octets)

    def bits_with_checksum(self):
        octets = self.victim()
        for _ in range(self.rng.randint(1, 3)):
            octets[self.rng.randrange(len(octets) - 2)] ^= 1 << self.rng.randrange(8)
        return tc_frame.close(bytes(octets[:-2]))

    def security_header(self):
        octets = self.victim()
        at = self.rng.randrange(5, 19)
        octets[at] = (octets[at] + self.rng.randint(1, 255)) % 256
        return tc_frame.close(bytes(octets[:-2]))

    def kind_and_number(self):
        """The lot of a frame header: AD, BD or BC, and any N(S)."""
        octets = self.victim()
        frame = TcFrame(b"", self.rng.randrange(256), *self.rng.choice([(True, False), (False, False), (True, True)]))
        header = tc_frame.header(frame, len(octets) - 7)
        return tc_frame.close(header + octets[5:-2]) if header != octets[:5] else self.bits_with_checksum()

    def spliced(self):
        one, other = self.victim(), self.victim()
        at = self.rng.randrange(5, min(len(one), len(other)) - 2)
        data = one[5:at] + other[at:-2]
        octets = tc_frame.close(tc_frame.header(tc_frame.parse(bytes(one)), len(data)) + data)
        return octets if octets not in self.heard else self.bits()

    def resized(self):
        """Cut short or drawn out, with a header and a checksum that fit."""
        octets = self.victim()
        data = octets[5:-2]
        data = data[: self.rng.randrange(1, len(data))] if self.rng.random() < 0.5 else data + self.rng.randbytes(3)
        return tc_frame.close(tc_frame.header(tc_frame.parse(bytes(octets)), len(data)) + data)

    def truncated(self):
        octets = self.victim()
        return bytes(octets[: self.rng.randrange(1, len(octets))])

    def another_key(self):
        frame = TcFrame(encode_tc(FindSurface(site=1), 9), self.rng.randrange(256), bypass=self.rng.random() < 0.5)
        return self.other.protect(frame, self.rng.randrange(1, WINDOW), self.rng.randbytes(8))

    def without_security(self):
        data = self.rng.choice([encode_tc(ConnectionTest(), 9), cop.UNLOCK, cop.set_vr(self.rng.randrange(256))])
        return tc_frame.build(TcFrame(data, control=len(data) < 4))

    def noise(self):
        return tc_frame.build(TcFrame(b"\0\1" + self.rng.randbytes(self.rng.randint(1, 60))))

    WAYS = (
        replayed, bits, bits_with_checksum, security_header, kind_and_number, spliced, resized, truncated, another_key,
        without_security, noise,
    )  # fmt: skip


@pytest.fixture
def board():
    return Board()


@pytest.fixture
def attacker(board):
    """A pass of ordinary commanding was overheard; the last frames of it were lost on the way to the board."""
    sender = TcSender(KEY, session=b"operator", framed_only=True)
    packets = [encode_tc(ConnectionTest(), count) for count in range(40)]
    heard = [sender.ad(packet, ns) for ns, packet in enumerate(packets)]
    heard += [sender.bd(packet) for packet in packets[:10]] + [sender.set_vr(40)]
    for octets in heard:
        board.take(cltu.encode(octets))
    assert board.dispatcher.verification.completed == 50
    lost = [sender.ad(packet, 40 + ns) for ns, packet in enumerate(packets[:10])] + [
        sender.unlock(),
        sender.bd(packets[0]),
    ]
    return Attacker(heard, lost, seed=1)


@pytest.mark.requirement("SEC-1")
def test_nothing_that_is_mutated_replayed_or_forged_gets_in(board, attacker):
    before = board.state
    for count in range(ATTACKS - ON_THE_WIRE):
        board.take(cltu.encode(attacker.frame()))
        assert board.rejections == count + 1
    for _ in range(ON_THE_WIRE):
        octets = bytearray(cltu.encode(attacker.frame()))
        for _ in range(attacker.rng.randint(1, 4)):
            octets[attacker.rng.randrange(len(octets))] ^= 1 << attacker.rng.randrange(8)
        del octets[len(octets) - attacker.rng.choice((0, 0, 1, 7, 20)) :]
        board.take(bytes(octets))
    assert board.state == before
    seen = {fault for fault, count in board.uplink.rejected.items() if count}
    assert seen >= {
        UplinkFault.CLTU, UplinkFault.FRAME_LENGTH, UplinkFault.FRAME_FECF, UplinkFault.FRAME_HEADER,
        UplinkFault.FRAME_SPACECRAFT, UplinkFault.FRAME_CHANNEL, UplinkFault.SDLS_LENGTH, UplinkFault.SDLS_SPI,
        UplinkFault.SDLS_MAC, UplinkFault.REPLAYED,
    }  # fmt: skip
    board.take(bytes(64))  # ends a unit that was cut short
    for octets in attacker.lost:
        board.take(cltu.encode(octets))
    assert board.dispatcher.verification.completed == 50 + 11


def test_frames_that_arrive_in_another_order_move_nothing_back(board, attacker):
    rng = random.Random(2)
    shuffled = attacker.lost * 3
    rng.shuffle(shuffled)
    begin = board.uplink.gate.next_sequence
    numbers = []
    for octets in shuffled:
        before = board.state
        board.take(cltu.encode(octets))
        if board.uplink.gate.next_sequence != begin:
            begin = board.uplink.gate.next_sequence
            numbers.append(begin)
        else:
            assert board.state == before
    assert numbers == sorted(set(numbers))
    assert board.uplink.rejected[UplinkFault.REORDERED] > 0


class Process:
    """`uplink_program.py`, and what it says to each frame."""

    def __init__(self, key_file, store):
        program = Path(__file__).with_name("uplink_program.py")
        self.process = subprocess.Popen(
            [sys.executable, str(program), str(key_file), str(store)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        said, number = self._answer()
        assert said == "open"
        self.next_sequence = number

    def take(self, octets):
        self.process.stdin.write(octets.hex() + "\n")
        self.process.stdin.flush()
        said, self.next_sequence = self._answer()
        return said

    def _answer(self):
        said, number = self.process.stdout.readline().split()
        return said, int(number)

    def kill(self):
        """kill -9: no handler runs, nothing is written any more."""
        self.process.kill()
        self._wait()

    def end(self):
        self.process.stdin.close()
        self._wait()

    def _wait(self):
        self.process.wait(10)
        self.process.stdout.close()
        if not self.process.stdin.closed:
            self.process.stdin.close()


@pytest.mark.requirement("SEC-1")
def test_the_window_survives_kill_9(tmp_path):
    key_file = tmp_path / "uplink.key"
    sender = TcSender(create_key(key_file))
    packet = encode_tc(ConnectionTest(), 1)
    taken = []

    def command(process):
        octets = sender.bd(packet)
        while (said := process.take(octets)) == "NOT_KEPT":  # until the recorder has written what was reserved
            pass
        if said == "accepted":
            taken.append(octets)
        return said

    board = Process(key_file, tmp_path)
    for _ in range(5):
        assert command(board) == "accepted"
    board.kill()

    board = Process(key_file, tmp_path)
    assert {board.take(octets) for octets in taken} == {"REPLAYED"}
    assert command(board) == "REPLAYED"  # the ground's numbers are behind: it goes on where the board says
    sender.resume(board.next_sequence)
    assert command(board) == "accepted"
    begin = board.next_sequence
    while board.next_sequence < begin + 2 * BLOCK:  # past what was reserved at the start, by way of the recorder
        sender.resume(board.next_sequence + WINDOW - 1)
        assert command(board) == "accepted"
    board.kill()

    board = Process(key_file, tmp_path)
    assert {board.take(octets) for octets in taken} == {"REPLAYED"}
    sender.resume(board.next_sequence)
    assert command(board) == "accepted"
    board.end()

    board = Process(key_file, tmp_path)
    assert {board.take(octets) for octets in taken} == {"REPLAYED"}
    assert command(board) == "accepted"  # an orderly end costs no number
    board.kill()
