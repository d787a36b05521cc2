"""Losses in words, one a line: what a person must know about the stream that was read."""

from __future__ import annotations

from flight.icd.tm_stream import Losses
from ground.receiver import PacketLosses


def loss_lines(frames: Losses, packets: PacketLosses) -> list[str]:
    """The losses that are not zero; empty when all is intact."""
    counts = [
        (frames.bad_frames, "bad frames (checksum or header wrong, or cut short)"),
        (frames.lost_frames, f"lost frames (missing in the channel counts{_channels(frames)})"),
        (frames.duplicate_frames, "duplicate frames (taken once)"),
        (frames.discarded_octets, "octets discarded (in no good frame)"),
        (frames.incomplete_packets, "incomplete packets (begun or ended in a lost frame)"),
        (frames.bad_headers, "bad packet headers"),
        (packets.missing, f"missing packets ({packets.gaps} gaps in the sequence counts)"),
    ]
    counts += [(count, f"damaged packets ({fault})") for fault, count in sorted(packets.damaged.items())]
    counts += [(count, f"packets not in the dictionary ({kind})") for kind, count in sorted(packets.unknown.items())]
    return [f"{count} {what}" for count, what in counts if count]


def _channels(frames: Losses) -> str:
    lost = [f"{count} on channel {vcid}" for vcid, count in enumerate(frames.lost_by_channel) if count]
    return ": " + ", ".join(lost) if lost else ""
