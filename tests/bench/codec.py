"""Packets of 63 octets encoded and decoded, beside `spacepackets`, `space_packet_parser` and `ccsdspy`, in this run.

    python tests/bench/codec.py --json out.json

A figure is the median of several rounds, ours and theirs in turn, so that a busy machine is busy for all. Aims: encode
<= 2 us, decode <= 3 us, columns with checked CRC >= 3 M packets/s (5 M is the wish), a frame <= 10 us.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import struct
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from types import ModuleType

import ccsdspy
import numpy as np
from space_packet_parser.xtce.definitions import XtcePacketDefinition
from spacepackets.ecss.tm import PusTm

from flight.icd import cuc
from flight.icd.columns import columns, crc_good, packet_size
from flight.icd.dictionary import Dictionary
from flight.icd.fields import f32, u8, u16
from flight.icd.kinds import Housekeeping
from flight.icd.space_packet import TM_HEADER_SIZE, TmEncoder, parse_tm
from flight.icd.tm_frame import ASM, FrameWriter
from flight.icd.tm_stream import TmStream
from ground.export.xtce import xtce

TAI_NS = 2_145_916_837 * 10**9
AIMS = {"encode_us": 2.0, "decode_us": 3.0, "columns_with_crc_m_per_s": 3.0}
DISTINCT = 20_000


class BenchHk(Housekeeping, sid=999):
    """Thirty-seven octets of values: 63 with header, identifier, validity and checksum."""

    loads_nm: tuple[float, ...] = f32("N m", "joint loads", 4)
    edge_m: tuple[float, ...] = f32("m", "scoop edge", 3)
    counts: tuple[int, ...] = u16("", "counters", 4)
    state: int = u8("", "state")


RECORD = BenchHk(loads_nm=(1.5, -2.25, 3.0, 0.5), edge_m=(0.75, -0.125, 0.03125), counts=(1, 20, 300, 4000), state=3)
BODY = struct.Struct(">HBH4f3f4HB")


def medians(runs: Mapping[str, tuple[Callable[[], object], int]], rounds: int) -> dict[str, float]:
    """Median time in microseconds of one run of each, over `rounds` rounds in which they take turns."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, (run, count) in runs.items():
            begin = time.perf_counter_ns()
            for _ in range(count):
                run()
            times[name].append((time.perf_counter_ns() - begin) / count / 1000)
    return {name: median(measured) for name, measured in times.items()}


def bench_dictionary() -> Dictionary:
    """A dictionary of the one packet."""
    module = ModuleType(BenchHk.__module__)
    vars(module)["BenchHk"] = BenchHk
    return Dictionary([module])


def one_packet(rounds: int) -> dict[str, float]:
    """Microseconds for one packet, ours and theirs."""
    ours, dictionary = TmEncoder(), bench_dictionary()
    octets = ours.encode(RECORD, TAI_NS)
    values = (999, 0, 0, *RECORD.loads_nm, *RECORD.edge_m, *RECORD.counts, RECORD.state)
    definition = XtcePacketDefinition.from_xtce(io.BytesIO(xtce(dictionary)))
    if dictionary.decode(parse_tm(octets)) != RECORD or definition.parse_bytes(octets)["bench_hk__state"] != 3:
        raise SystemExit("the packet is not read as it was sent")

    def peer_encode() -> bytes:
        return bytes(
            PusTm(
                apid=0x042, service=3, message_subtype=25, timestamp=cuc.encode(TAI_NS), seq_count=1,
                source_data=BODY.pack(*values),
            ).pack()
        )  # fmt: skip

    return medians(
        {
            "encode_us": (lambda: ours.encode(RECORD, TAI_NS), 10_000),
            "decode_us": (lambda: dictionary.decode(parse_tm(octets)), 10_000),
            "spacepackets_encode_us": (peer_encode, 2_000),
            "spacepackets_decode_us": (lambda: BODY.unpack(PusTm.unpack(octets, 6).tm_data), 2_000),
            "space_packet_parser_decode_us": (lambda: definition.parse_bytes(octets), 300),
        },
        rounds,
    )


def many_octets(count: int) -> bytes:
    """`count` packets, of which `DISTINCT` differ: no table is asked for the same place every time."""
    random = np.random.default_rng(1)
    encoder, found = TmEncoder(), []
    floats = random.normal(size=(DISTINCT, 7)).astype(np.float32).tolist()
    counts = random.integers(0, 65536, size=(DISTINCT, 4)).tolist()
    for at in range(DISTINCT):
        record = BenchHk(loads_nm=tuple(floats[at][:4]), edge_m=tuple(floats[at][4:]), counts=tuple(counts[at]))
        found.append(encoder.encode(record, TAI_NS + at * 10**8))
    return b"".join(found) * (count // DISTINCT)


def ccsdspy_packet() -> ccsdspy.FixedLength:
    """The layout of `BenchHk` for ccsdspy, which leaves the primary header out."""
    field, array = ccsdspy.PacketField, ccsdspy.PacketArray
    return ccsdspy.FixedLength([
        field("pus", "uint", 8), field("service", "uint", 8), field("subtype", "uint", 8), field("counter", "uint", 16),
        field("destination", "uint", 16), field("seconds", "uint", 32), field("fraction", "uint", 16),
        field("sid", "uint", 16), field("valid", "uint", 8), field("age_ms", "uint", 16),
        array(name="loads_nm", data_type="float", bit_length=32, array_shape=4),
        array(name="edge_m", data_type="float", bit_length=32, array_shape=3),
        array(name="counts", data_type="uint", bit_length=16, array_shape=4),
        field("state", "uint", 8), field("crc", "uint", 16),
    ])  # fmt: skip


def many_packets(count: int, rounds: int) -> dict[str, float]:
    """Million packets a second into columns; the peers on fewer packets, since they take longer."""
    octets = many_octets(count)
    packets = np.frombuffer(octets, dtype=np.uint8).reshape(count, packet_size(BenchHk))
    if not crc_good(packets).all():
        raise SystemExit("the checksums are wrong")
    peer, peer_octets = ccsdspy_packet(), octets
    if not (peer.load(io.BytesIO(peer_octets))["edge_m"][:, 2] == columns(BenchHk, packets)["edge_m_2"]).all():
        raise SystemExit("ccsdspy reads other values")
    times = medians(
        {
            "columns_with_crc_m_per_s": (lambda: (crc_good(packets), columns(BenchHk, packets)), 1),
            "columns_m_per_s": (lambda: columns(BenchHk, packets), 1),
            "ccsdspy_columns_without_crc_m_per_s": (lambda: peer.load(io.BytesIO(peer_octets)), 1),
        },
        rounds,
    )
    return {name: count / spent for name, spent in times.items()}


def frames(rounds: int) -> dict[str, float]:
    """Microseconds for one full frame, and for what a frame holds from octets to packets."""
    packet = TmEncoder().encode(RECORD, TAI_NS)
    writer = FrameWriter()
    stream = b"".join(ASM + writer.frame(0, lambda: packet, bytes(4)) for _ in range(100))
    runs: dict[str, tuple[Callable[[], object], int]] = {
        "frame_encode_us": (lambda: writer.frame(0, lambda: packet, bytes(4)), 1_000),
        "hundred_frames_decode_us": (lambda: TmStream().feed(stream), 10),
    }
    figures = medians(runs, rounds)
    return {
        "frame_encode_us": figures["frame_encode_us"],
        "frame_decode_us": figures["hundred_frames_decode_us"] / 100,
    }


def ratios(figures: Mapping[str, float]) -> dict[str, float]:
    """How many times as fast as the peers we are."""
    bulk = figures["columns_with_crc_m_per_s"]
    return {
        "encode_times_spacepackets": figures["spacepackets_encode_us"] / figures["encode_us"],
        "decode_times_spacepackets": figures["spacepackets_decode_us"] / figures["decode_us"],
        "decode_times_space_packet_parser": figures["space_packet_parser_decode_us"] / figures["decode_us"],
        "columns_times_spacepackets": bulk * figures["spacepackets_decode_us"],
        "columns_times_space_packet_parser": bulk * figures["space_packet_parser_decode_us"],
        "columns_times_ccsdspy_without_crc": bulk / figures["ccsdspy_columns_without_crc_m_per_s"],
    }


def verdict(name: str, value: float) -> str:
    """Whether the aim is met, where there is one."""
    aim = AIMS.get(name)
    if aim is None:
        return ""
    met = value <= aim if name.endswith("_us") else value >= aim
    return f"   aim {'<=' if name.endswith('_us') else '>='} {aim:g}{'' if met else '  MISSED'}"


def main() -> None:
    """Print the figures, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()
    logging.getLogger("ccsdspy").setLevel(logging.ERROR)  # it tells that sequence counts repeat: the packets do
    figures = one_packet(chosen.rounds) | many_packets(200_000, chosen.rounds) | frames(chosen.rounds)
    figures |= ratios(figures)
    print(f"codec, packets of {packet_size(BenchHk)} octets, {TM_HEADER_SIZE} of them header; Python {sys.version[:6]}")
    for name, value in figures.items():
        print(f"  {name:<36} {value:10.2f}{verdict(name, value)}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
