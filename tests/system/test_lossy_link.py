"""A mission's telemetry over a bad link: what is intact is decoded, what is lost is counted, to the frame."""

import random

import pytest

from flight.icd.catalogue import mission_dictionary
from flight.icd.reed_solomon_decoder import decode as correct
from flight.icd.tm_coding import Coding
from flight.icd.tm_frame import ASM, LENGTH, VC_IDLE, VC_REAL_TIME
from flight.icd.tm_stream import parse_frame
from ground.decode import decode
from ground.losses import loss_lines
from ground.receiver import Receiver
from hil.link_model import Direction, Path
from hil.lockstep import Lockstep

CADU = len(ASM) + LENGTH
BAD_LINK = Path(loss=0.1, bit_error_rate=1e-5)


@pytest.fixture(scope="module")
def cadus(tmp_path_factory):
    """Every frame of a mission, as recorded, with its marker."""
    out = tmp_path_factory.mktemp("mission")
    with Lockstep("m1_lander", 1, out=out) as mission:
        for _ in mission.run():
            pass
    octets = (out / "frames.cadu").read_bytes()
    assert len(octets) % CADU == 0
    return [octets[at : at + CADU] for at in range(0, len(octets), CADU)]


class Passage:
    """The frames of a mission after their way over a link, and which of them arrived whole."""

    def __init__(self, cadus, path, seed):
        direction = Direction(path, seed)
        self.octets = b""
        self.whole = []
        locked = False
        for cadu in cadus:
            arrived = direction.impair(cadu)
            if arrived is None:
                continue
            self.octets += arrived
            # Right after a good frame a marker with a wrong bit is still one.
            locked = arrived[len(ASM) :] == cadu[len(ASM) :] and (arrived.startswith(ASM) or locked)
            if locked:
                self.whole.append(cadu)
        self.direction = direction

    def lost(self, cadus, vcid):
        """Frames of a channel that are missing between the first and the last of it that arrived whole."""
        arrived = set(self.whole)
        sent = [cadu for cadu in cadus if parse_frame(cadu[len(ASM) :]).vcid == vcid]
        here = [number for number, cadu in enumerate(sent) if cadu in arrived]
        return here[-1] - here[0] + 1 - len(here) if here else 0


def pieces(octets, rng):
    at = 0
    while at < len(octets):
        size = rng.randrange(1, 5000)
        yield octets[at : at + size]
        at += size


def received(octets, seed=0):
    receiver = Receiver(mission_dictionary())
    arrived = [each for piece in pieces(octets, random.Random(seed)) for each in receiver.feed(piece)]
    return receiver, arrived + receiver.close()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.requirement("TLM-1")
def test_every_lost_frame_is_counted_on_its_channel(cadus, seed):
    passage = Passage(cadus, BAD_LINK, seed)
    receiver, _ = received(passage.octets, seed)
    losses = receiver.losses
    assert losses.frames == len(passage.whole)
    truth = [passage.lost(cadus, vcid) for vcid in range(8)]
    assert losses.lost_by_channel == truth
    assert truth[VC_REAL_TIME] > 0.1 * len(cadus)
    assert losses.lost_frames == sum(truth)
    assert losses.discarded_octets == len(passage.octets) - losses.frames * CADU


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.requirement("TLM-1")
def test_every_missing_packet_shows_as_a_gap(cadus, seed):
    _, whole = received(b"".join(cadus))
    receiver, arrived = received(Passage(cadus, BAD_LINK, seed).octets, seed)
    sent = [each.packet for each in whole]
    came = [each.packet for each in arrived]
    assert set(came) <= set(sent)
    first, last = sent.index(came[0]), sent.index(came[-1])
    gone = set(sent[first:last]) - set(came)
    assert receiver.packets.missing == len(gone)
    assert {gap.first for gap in receiver.packets.latest_gaps} <= {packet.sequence for packet in gone}
    assert not receiver.packets.damaged
    assert not receiver.packets.unknown


def test_what_is_decoded_to_columns_is_what_arrived(cadus, tmp_path):
    passage = Passage(cadus, BAD_LINK, 1)
    receiver, arrived = received(passage.octets)
    decoded = decode(iter([passage.octets]), mission_dictionary(), tmp_path, ["parquet"])
    rows = sum(count for name, count in decoded.rows.items() if name != "events")
    assert rows == len(arrived)
    lines = loss_lines(decoded.frames, decoded.packets)
    assert lines == loss_lines(receiver.losses, receiver.packets)
    assert any(f"on channel {VC_REAL_TIME}" in line for line in lines)
    print(*lines, sep="\n")


def test_reed_solomon_leaves_the_bit_errors_no_frame(cadus):
    coding = Coding(reed_solomon=True, randomized=True)
    direction = Direction(Path(bit_error_rate=1e-4), 1)
    sent = cadus[:150]
    octets = b"".join(direction.impair(coding.encode(cadu[len(ASM) :])) for cadu in sent)
    receiver = Receiver(mission_dictionary(), coding=coding, correct=correct)
    for piece in pieces(octets, random.Random(1)):
        receiver.feed(piece)
    receiver.close()
    assert direction.damaged > 75
    assert (receiver.losses.frames, receiver.losses.lost_frames) == (len(sent), 0)
    assert receiver.losses.corrected_symbols > 0


def test_a_link_that_only_cuts_out_costs_what_was_sent_meanwhile(cadus):
    gone = slice(100, 140)
    octets = b"".join(cadus[: gone.start] + cadus[gone.stop :])
    receiver, _ = received(octets)
    assert receiver.losses.lost_frames == gone.stop - gone.start
    assert receiver.losses.bad_frames == receiver.losses.discarded_octets == 0
    assert receiver.losses.lost_by_channel[VC_IDLE] == 0
