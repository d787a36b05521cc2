"""The interface document, first part: conventions, packets, frames and security of the link."""

from __future__ import annotations

from typing import Any

import construct

from flight.icd import cltu, cop, cuc, reed_solomon, sdls, space_packet, tc_frame, tm_frame
from ground.export.markdown import code, table

_HEADER = ("bit", "bits", "field", "value")


def conventions() -> list[str]:
    """How to read the rest."""
    return [
        "## Conventions",
        "",
        "Numbers are big-endian: `u8` to `u64` unsigned, `i8` to `i64` two's complement, `f32` and `f64` IEEE 754.",
        "`u8[4]` is an array of four. Offsets count octets from the first one of the packet. Where a scale is given,",
        "value in the unit = number sent * scale; ranges are in the unit. A telecommand with a value outside its range",
        "is refused; telemetry outside a *warn* or *alarm* range is marked. Enumerations are listed at the end.",
        "Every packet has a fixed length.",
        "",
    ]


def packets() -> list[str]:
    """Space packets and their headers."""
    processes = [
        (space_packet.APID, "housekeeping, verification, events and other reports down; telecommands up"),
        (space_packet.APID_CFDP, "files (CFDP)"),
        (space_packet.APID_IDLE, "idle packets"),
    ]
    return [
        "## Packets",
        "",
        "Space packets (CCSDS 133.0-B) with PUS-C secondary headers (ECSS-E-ST-70-41C 7.4), never segmented. The last",
        "two octets of a packet are CRC-16/CCITT-FALSE over all before: polynomial `0x1021`, initial value `0xFFFF`;",
        "of `123456789` it is `0x29B1`.",
        "",
        *table(("application process", "for"), ((code(f"0x{apid:03X}"), use) for apid, use in processes)),
        "Telemetry header:",
        "",
        *layout(space_packet.TM_HEADER),
        "Time is CUC with 4 octets of seconds and 2 of fraction, epoch TAI 1958-01-01; the P-field",
        f"`0x{cuc.P_FIELD:02X}` is implicit.",
        "",
        "Telecommand header; `ack` asks for success reports: 1 acceptance, 2 start, 4 progress, 8 completion:",
        "",
        *layout(space_packet.TC_HEADER),
    ]


def frames() -> list[str]:
    """Telemetry and telecommand frames, their coding and their security."""
    return [*_telemetry_frames(), *_telecommand_frames(), *_security()]


def _telemetry_frames() -> list[str]:
    channels = [
        (tm_frame.VC_REAL_TIME, "real time"), (tm_frame.VC_CFDP, "files"), (tm_frame.VC_PLAYBACK, "playback"),
        (tm_frame.VC_IDLE, "idle frames"),
    ]  # fmt: skip
    nothing, idle = (code(hex(pointer)) for pointer in (tm_frame.FHP_NONE, tm_frame.FHP_IDLE))
    facts = [
        ("spacecraft", code(f"0x{tm_frame.SCID:02X}")),
        ("length", f"{tm_frame.LENGTH} octets unless set otherwise"),
        ("sync marker on a byte stream", code(tm_frame.ASM.hex().upper())),
        ("first-header pointer", f"{nothing} no packet begins, {idle} idle"),
        ("trailer", f"control word (CLCW), {tm_frame.OCF_SIZE} octets; CRC-16, {tm_frame.FECF_SIZE} octets"),
        ("Reed-Solomon, optional", f"({reed_solomon.DATA + reed_solomon.PARITY},{reed_solomon.DATA}), "
         f"interleaving {reed_solomon.INTERLEAVE}, dual basis"),
        ("randomizer, optional", "x^8 + x^7 + x^5 + x^3 + 1, all ones at each frame"),
    ]  # fmt: skip
    return [
        "## Telemetry frames",
        "",
        "CCSDS 132.0-B; packets span frames.",
        "",
        *table(("what", "value"), facts),
        *table(("virtual channel", "for"), channels),
        *layout(tm_frame.HEADER),
        "Control word:",
        "",
        *layout(tm_frame.CLCW),
    ]


def _telecommand_frames() -> list[str]:
    facts = [
        ("spacecraft", code(f"0x{tc_frame.SCID:02X}")),
        ("longest frame", f"{tc_frame.MAX_SIZE} octets"),
        ("start of a CLTU", code(cltu.START.hex().upper())),
        ("codeblock", "7 octets and one of parity: BCH(63,56)"),
        ("tail of a CLTU", code(cltu.TAIL.hex().upper())),
        ("fill between", code(f"{cltu.FILL:02X}")),
        ("frame sequence numbers", f"modulo {cop.MODULO}; FARM window {cop.WINDOW}"),
        ("trailer", f"CRC-16, {tc_frame.FECF_SIZE} octets"),
    ]
    return [
        "## Telecommand frames",
        "",
        "CCSDS 232.0-B, one packet a frame, no segment header; COP-1; CLTUs (CCSDS 231.0-B) on byte streams.",
        "",
        *table(("what", "value"), facts),
        *layout(tc_frame.HEADER),
    ]


def _security() -> list[str]:
    facts = [
        ("cipher", "AES-256-GCM"),
        ("security parameter index", sdls.SPI),
        ("initialisation vector", "session and sequence number"),
        ("authenticated", "frame header, security header and data"),
        ("MAC after the data", f"{sdls.MAC_SIZE} octets"),
        ("overhead", f"{sdls.OVERHEAD} octets; {sdls.MAX_DATA} remain for a packet"),
    ]
    return [
        "## Uplink security",
        "",
        "SDLS (CCSDS 355.0-B). The sequence number only grows: a frame whose number was seen, or is older than the",
        "anti-replay window, is refused. Without a key the uplink is closed.",
        "",
        *table(("what", "value"), facts),
        *layout(sdls.HEADER),
    ]


def layout(declared: Any) -> list[str]:
    """Lines of a table of the fields of a construct layout, with their places in bits."""
    rows: list[tuple[int, int, str, str]] = []
    _walk(declared, 0, rows)
    return table(_HEADER, ((bit, bits, code(name), value) for bit, bits, name, value in rows))


def _walk(declared: Any, bit: int, rows: list[tuple[int, int, str, str]]) -> None:
    bitwise = isinstance(declared, construct.Transformed | construct.Restreamed)
    for part in (declared.subcon if bitwise else declared).subcons:
        bits = part.sizeof() * (1 if bitwise else 8)
        inner = part.subcon
        if isinstance(inner, construct.Transformed | construct.Restreamed):
            _walk(inner, bit, rows)
        else:
            rows.append((bit, bits, part.name, str(int(inner.value)) if isinstance(inner, construct.Const) else ""))
        bit += bits
