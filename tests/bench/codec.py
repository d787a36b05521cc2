"""Packets of 63 octets encoded and decoded, beside `spacepackets` and `space_packet_parser`, all in this run.

    python tests/bench/codec.py --json out.json

Each figure is the best of several rounds, the machine being shared. Aims: encode <= 2 us, decode <= 3 us, columns with
checked CRC >= 3 M packets/s, a frame <= 10 us.
"""

from __future__ import annotations

import argparse
import json
import struct
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from space_packet_parser.xtce import containers, definitions, encodings, parameter_types, parameters
from spacepackets.ecss.tm import PusTm

from flight.icd import cuc
from flight.icd.columns import columns, crc_good, packet_size
from flight.icd.dictionary import Dictionary
from flight.icd.fields import f32, u8, u16
from flight.icd.kinds import Housekeeping
from flight.icd.space_packet import TmEncoder, parse_tm
from flight.icd.tm_frame import ASM, FrameWriter
from flight.icd.tm_stream import TmStream

TAI_NS = 2_145_916_837 * 10**9


class BenchHk(Housekeeping, sid=999):
    """Thirty-seven octets of values: 63 with header, identifier, validity and checksum."""

    loads_nm: tuple[float, ...] = f32("N m", "joint loads", 4)
    edge_m: tuple[float, ...] = f32("m", "scoop edge", 3)
    counts: tuple[int, ...] = u16("", "counters", 4)
    state: int = u8("", "state")


RECORD = BenchHk(loads_nm=(1.5, -2.25, 3.0, 0.5), edge_m=(0.75, -0.125, 0.03125), counts=(1, 20, 300, 4000), state=3)
BODY = struct.Struct(">HBH4f3f4HB")


def best_us(run: Callable[[], object], count: int, rounds: int) -> float:
    """Least time of one run in microseconds, over `rounds` rounds of `count` runs."""
    least = float("inf")
    for _ in range(rounds):
        begin = time.perf_counter_ns()
        for _ in range(count):
            run()
        least = min(least, time.perf_counter_ns() - begin)
    return least / count / 1000


def peer_definition() -> definitions.XtcePacketDefinition:
    """The layout of `BenchHk` for space_packet_parser, one parameter for each value."""
    unsigned = {bits: encodings.IntegerDataEncoding(bits, "unsigned") for bits in (1, 2, 3, 4, 8, 11, 14, 16, 32)}
    single = encodings.FloatDataEncoding(32)
    header = [
        ("VERSION", 3), ("TYPE", 1), ("SEC_HDR_FLG", 1), ("PKT_APID", 11), ("SEQ_FLGS", 2), ("SRC_SEQ_CTR", 14),
        ("PKT_LEN", 16), ("PUS", 8), ("SERVICE", 8), ("SUBTYPE", 8), ("COUNTER", 16), ("DESTINATION", 16),
        ("SECONDS", 32), ("FRACTION", 16), ("SID", 16),
    ]  # fmt: skip
    entries = [
        parameters.Parameter(name, parameter_types.IntegerParameterType(f"{name}_T", unsigned[bits]))
        for name, bits in header
    ]
    for name, field in BenchHk.fields.items():
        for place in range(field.count):
            label = f"{name}_{place}"
            if field.is_float:
                entries.append(parameters.Parameter(label, parameter_types.FloatParameterType(f"{label}_T", single)))
            else:
                bits = unsigned[8 * struct.calcsize(">" + field.code)]
                entries.append(parameters.Parameter(label, parameter_types.IntegerParameterType(f"{label}_T", bits)))
    entries.append(parameters.Parameter("CRC", parameter_types.IntegerParameterType("CRC_T", unsigned[16])))
    root = containers.SequenceContainer("CCSDSPacket", entries)
    return definitions.XtcePacketDefinition([root])


def one_packet(rounds: int) -> dict[str, float]:
    """Microseconds for one packet, ours and theirs."""
    ours = TmEncoder()
    octets = ours.encode(RECORD, TAI_NS)
    dictionary = Dictionary([])
    dictionary._add(BenchHk)
    dictionary._decoders[3, 25, 999] = BenchHk, 2
    values = (999, 0, 0, *RECORD.loads_nm, *RECORD.edge_m, *RECORD.counts, RECORD.state)
    definition = peer_definition()

    def peer_encode() -> bytes:
        return bytes(
            PusTm(
                apid=0x042, service=3, message_subtype=25, timestamp=cuc.encode(TAI_NS), seq_count=1,
                source_data=BODY.pack(*values),
            ).pack()
        )  # fmt: skip

    return {
        "encode_us": best_us(lambda: ours.encode(RECORD, TAI_NS), 20_000, rounds),
        "decode_us": best_us(lambda: dictionary.decode(parse_tm(octets)), 20_000, rounds),
        "spacepackets_encode_us": best_us(peer_encode, 2_000, rounds),
        "spacepackets_decode_us": best_us(lambda: BODY.unpack(PusTm.unpack(octets, 6).tm_data), 2_000, rounds),
        "space_packet_parser_decode_us": best_us(lambda: definition.parse_bytes(octets), 500, rounds),
    }


def many_packets(count: int, rounds: int) -> dict[str, float]:
    """Million packets a second into columns."""
    octets = TmEncoder().encode(RECORD, TAI_NS)
    packets = np.frombuffer(octets * count, dtype=np.uint8).reshape(count, packet_size(BenchHk))
    if not crc_good(packets).all():
        raise SystemExit("the checksums are wrong")
    with_crc = best_us(lambda: (crc_good(packets), columns(BenchHk, packets)), 1, rounds)
    alone = best_us(lambda: columns(BenchHk, packets), 1, rounds)
    return {"columns_with_crc_m_per_s": count / with_crc, "columns_m_per_s": count / alone}


def frames(rounds: int) -> dict[str, float]:
    """Microseconds for one full frame, and for what a frame holds from octets to packets."""
    packet = TmEncoder().encode(RECORD, TAI_NS)
    writer = FrameWriter()
    stream = b"".join(ASM + writer.frame(0, lambda: packet, bytes(4)) for _ in range(100))
    return {
        "frame_encode_us": best_us(lambda: writer.frame(0, lambda: packet, bytes(4)), 2_000, rounds),
        "frame_decode_us": best_us(lambda: TmStream().feed(stream), 10, rounds) / 100,
    }


def main() -> None:
    """Print the figures, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    figures = one_packet(chosen.rounds) | many_packets(200_000, chosen.rounds) | frames(chosen.rounds)
    figures["encode_ratio"] = figures["spacepackets_encode_us"] / figures["encode_us"]
    figures["decode_ratio"] = figures["spacepackets_decode_us"] / figures["decode_us"]
    print(f"codec, packets of {packet_size(BenchHk)} octets")
    for name, value in figures.items():
        print(f"  {name:<32} {value:10.2f}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
