"""Packets gathered into tables, one for each kind, and written as Parquet or CSV.

Gathering keeps octets alone; the checksums and columns of a kind are done for all its packets at once.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from flight.icd import cuc
from flight.icd.columns import columns, crc_good, packet_size
from flight.icd.dictionary import Dictionary, packet_name
from flight.icd.fields import Field
from flight.icd.kinds import Event, Telemetry
from flight.icd.packet import DecodeError
from flight.icd.space_packet import PacketError, PacketFault, parse_tm
from ground.receiver import PacketLosses, SequenceWatch, engineering

Key = tuple[int, int, bytes]
_IDENT = slice(19, 21)


class Gatherer:
    """Sorts packets by kind; `tables` then makes a table of each."""

    def __init__(self, dictionary: Dictionary) -> None:
        self.losses = PacketLosses()
        self._dictionary = dictionary
        self._groups: dict[Key, list[bytes]] = {}
        self._watch = SequenceWatch(self.losses)

    def add(self, octets: bytes) -> None:
        """Take a packet as it came out of its frames."""
        if len(octets) < _IDENT.start + 2:
            self.losses.damaged[PacketFault.LENGTH] += 1
            return
        self._watch.see((octets[0] & 7) << 8 | octets[1], (octets[2] & 0x3F) << 8 | octets[3])
        key = (octets[7], octets[8], octets[_IDENT])
        self._groups.setdefault(key, []).append(octets)

    def tables(self) -> dict[str, pa.Table]:
        """A table for each kind of packet that came, by name, and one named `events` of all events in order."""
        found: dict[str, pa.Table] = {}
        events: list[tuple[int, int, Event]] = []
        merged: dict[type[Telemetry], list[bytes]] = {}
        for key, packets in self._groups.items():
            kind = self._kind(key)
            if kind is None:
                self.losses.unknown[f"{key[0]}/{key[1]}"] += len(packets)
            else:
                merged.setdefault(kind, []).extend(packets)
        for kind, packets in merged.items():
            good = self._good(kind, packets)
            if len(good):
                found[packet_name(kind)] = _table(kind, good)
            if issubclass(kind, Event):
                events += self._events(packets)
        if events:
            found["events"] = _event_table(sorted(events, key=lambda event: event[:2]))
        return dict(sorted(found.items()))

    def _kind(self, key: Key) -> type[Telemetry] | None:
        service, subtype, lead = key
        known = self._dictionary.telemetry
        return known.get((service, subtype, int.from_bytes(lead, "big"))) or known.get((service, subtype, None))

    def _good(self, kind: type[Telemetry], packets: list[bytes]) -> np.ndarray[Any, np.dtype[np.uint8]]:
        size = packet_size(kind)
        right = [octets for octets in packets if len(octets) == size]
        octets = np.frombuffer(b"".join(right), dtype=np.uint8).reshape(len(right), size)
        good = crc_good(octets)
        wrong_crc = len(right) - int(good.sum())
        self.losses.damaged += {PacketFault.CRC: wrong_crc, PacketFault.LENGTH: len(packets) - len(right)}
        return octets[good]

    def _events(self, packets: list[bytes]) -> list[tuple[int, int, Event]]:
        found: list[tuple[int, int, Event]] = []
        for octets in packets:
            try:
                packet = parse_tm(octets)
                record = self._dictionary.decode(packet)
            except (PacketError, DecodeError):
                continue  # counted with the columns
            if isinstance(record, Event):
                found.append((packet.tai_ns, packet.sequence, record))
        return found


def _table(kind: type[Telemetry], packets: np.ndarray[Any, np.dtype[np.uint8]]) -> pa.Table:
    values = columns(kind, packets)
    found = [
        _column("tai", _tai(values["tai_ns"]), "", "time the packet was made, TAI"),
        _column("packet_sequence", pa.array(values["packet_sequence"]), "", "sequence count of the packet"),
    ]
    for name, field in kind.fields.items():
        for place in [name] if field.count == 1 else [f"{name}_{place}" for place in range(field.count)]:
            array = _named(field, values[place]) if field.enum is not None else pa.array(values[place])
            found.append(_column(place, array, field.unit, field.doc))
    doc = " ".join((kind.__doc__ or "").split())
    schema = pa.schema([description for description, _ in found], metadata={"doc": doc})
    return pa.table([array for _, array in found], schema=schema)


def _column(name: str, array: pa.Array, unit: str, doc: str) -> tuple[pa.Field, pa.Array]:
    return pa.field(name, array.type, metadata={"unit": unit, "doc": doc}), array


def _event_table(events: list[tuple[int, int, Event]]) -> pa.Table:
    texts = [", ".join(f"{name}={value}" for name, value in engineering(event).items()) for _, _, event in events]
    return pa.table({
        "tai": _tai(np.array([tai_ns for tai_ns, _, _ in events], dtype=np.int64)),
        "packet_sequence": pa.array([sequence for _, sequence, _ in events], pa.uint16()),
        "severity": [event.severity.name for _, _, event in events],
        "event": [packet_name(type(event)) for _, _, event in events],
        "values": texts,
    })  # fmt: skip


def _tai(tai_ns: np.ndarray[Any, np.dtype[np.int64]]) -> pa.Array:
    """Time-stamps without a zone: TAI is none, and its calendar is that of `tai_ns`."""
    return pa.array(tai_ns - cuc.UNIX_EPOCH_S * cuc.NS_PER_S).cast(pa.timestamp("ns"))


def _named(field: Field, raw: np.ndarray[Any, Any]) -> pa.Array:
    """Numbers as names of the enumeration; those that it lacks as numbers."""
    names = {member.value: member.name for member in field.enum or ()}
    table = pa.array([names.get(value, str(value)) for value in range(256)])
    return pa.DictionaryArray.from_arrays(pa.array(raw.astype(np.int16)), table).cast(pa.string())


def _write_csv(table: pa.Table, path: Path) -> None:
    pyarrow.csv.write_csv(table, path)


def _write_parquet(table: pa.Table, path: Path) -> None:
    pyarrow.parquet.write_table(table, path)


WRITERS: dict[str, Callable[[pa.Table, Path], None]] = {"parquet": _write_parquet, "csv": _write_csv}
"""Formats a table can be written in, by name and suffix."""
