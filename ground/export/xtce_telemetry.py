"""The telemetry part of XTCE: a tree of containers from the space packet down to each kind of packet.

    CCSDSPacket (abstract)        primary header
      PusTm (abstract)            secondary header, by type and application process
        tm_3_25 (abstract)        the identifier that leads the body, by service and subtype
          scoop_hk                the fields and the checksum, by identifier

Names of the primary header are those that readers of CCSDS packets look for.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from flight.icd.dictionary import Dictionary, packet_name
from flight.icd.kinds import Event, Housekeeping, Telemetry
from flight.icd.metadata import is_octet_string, values_of
from flight.icd.space_packet import APID
from ground.export import xtce_types as types
from ground.export.elements import element

ROOT = "CCSDSPacket"
SECONDARY = "PusTm"
CHECKSUM = "packet_crc"
_PRIMARY = (
    ("VERSION", 3, "packet version"), ("TYPE", 1, "0 telemetry, 1 telecommand"),
    ("SEC_HDR_FLG", 1, "1 when there is a secondary header"), ("PKT_APID", 11, "application process"),
    ("SEQ_FLGS", 2, "3: not segmented"), ("SRC_SEQ_CTR", 14, "sequence count of the application process"),
    ("PKT_LEN", 16, "octets after this header, less one"),
)  # fmt: skip
_PUS = (
    ("pus_version", 4, "2: PUS-C"), ("time_status", 4, "how the on-board time was set"), ("service", 8, "PUS service"),
    ("subtype", 8, "PUS message subtype"), ("message_counter", 16, "count of this message type"),
    ("destination", 16, "whom it is for: 1 is the ground"), ("time", 48, "when the packet was made: CUC, TAI"),
)  # fmt: skip
_CRC = (CHECKSUM, 16, "CRC-16/CCITT-FALSE over all octets before")


def telemetry_metadata(dictionary: Dictionary) -> Element:
    """`TelemetryMetaData` of every telemetry packet in the dictionary; raises `ValueError` when two names collide."""
    made = _Sets(dictionary)
    made.headers()
    for kind in dictionary.telemetry.values():
        made.packet(kind)
    return element(
        "TelemetryMetaData",
        element("ParameterTypeSet", *made.types.values()),
        element("ParameterSet", *made.parameters.values()),
        element("ContainerSet", *made.containers.values()),
    )


def parameter_name(kind: type[Telemetry], name: str) -> str:
    """What XTCE calls a value: one flat list holds those of all packets."""
    return f"{packet_name(kind)}__{name}"


class _Sets:
    """The three sets as they grow, by name."""

    def __init__(self, dictionary: Dictionary) -> None:
        self.types: dict[str, Element] = {}
        self.parameters: dict[str, Element] = {}
        self.containers: dict[str, Element] = {}
        self._labels: dict[str, dict[int, str]] = {}
        for kind in dictionary.telemetry.values():
            if kind.ident is not None:
                self._labels.setdefault(_ident_name(kind), {})[kind.ident] = packet_name(kind)

    def headers(self) -> None:
        """Primary and secondary header, identifiers and checksum."""
        for name, bits, doc in (*_PRIMARY, *_PUS, _CRC):
            self._type(types.time_code("time_t") if name == "time" else types.unsigned(f"{name}_t", bits))
            self._parameter(name, f"{name}_t", doc)
        for name, labels in self._labels.items():
            self._type(types.enumerated(f"{name}_t", 16, dict(sorted(labels.items()))))
            self._parameter(name, f"{name}_t", "which packet it is")
        self._container(ROOT, [name for name, _, _ in _PRIMARY], abstract=True, doc="Any space packet.")
        is_ours = {"TYPE": 0, "SEC_HDR_FLG": 1, "PKT_APID": APID}
        pus = [name for name, _, _ in _PUS]
        self._container(SECONDARY, pus, ROOT, is_ours, abstract=True, doc="Telemetry of the sampling scoop.")

    def packet(self, kind: type[Telemetry]) -> None:
        """The container of one kind, its parameters and their types."""
        base, which = SECONDARY, {"service": kind.service, "subtype": kind.subtype}
        if kind.ident is not None:
            base = f"tm_{kind.service}_{kind.subtype}"
            if base not in self.containers:
                doc = f"Packets of type {kind.service}/{kind.subtype}."
                self._container(base, [_ident_name(kind)], SECONDARY, which, abstract=True, doc=doc)
            which = {_ident_name(kind): kind.ident}
        doc = " ".join((kind.__doc__ or "").split())
        self._container(packet_name(kind), [*self._values(kind), CHECKSUM], base, which, doc=doc)

    def _values(self, kind: type[Telemetry]) -> list[str]:
        """Parameters of the fields, in order; arrays taken apart, but for octets that belong together."""
        names: list[str] = []
        for value in values_of(kind):
            whole = is_octet_string(value.field)
            type_name = parameter_name(kind, f"{value.field_name}_t")
            if value.index <= 0:
                self._type(types.parameter_type(type_name, value.field))
            if value.index <= 0 or not whole:
                name = parameter_name(kind, value.field_name if whole else value.name)
                self._parameter(name, type_name, value.description)
                names.append(name)
        return names

    def _type(self, made: Element) -> None:
        _enter(self.types, made)

    def _parameter(self, name: str, type_name: str, doc: str) -> None:
        properties = element("ParameterProperties", dataSource="telemetered")
        made = element("Parameter", properties, name=name, parameterTypeRef=type_name, shortDescription=doc)
        _enter(self.parameters, made)

    def _container(
        self,
        name: str,
        entries: list[str],
        base: str = "",
        where: dict[str, int] | None = None,
        *,
        doc: str,
        abstract: bool = False,
    ) -> None:
        listed = element("EntryList", *(element("ParameterRefEntry", parameterRef=entry) for entry in entries))
        compared = [
            element("Comparison", parameterRef=parameter, value=value, useCalibratedValue=False)
            for parameter, value in (where or {}).items()
        ]
        criteria = element("RestrictionCriteria", element("ComparisonList", *compared))
        inherits = element("BaseContainer", criteria, containerRef=base) if base else None
        made = element("SequenceContainer", listed, inherits, name=name, shortDescription=doc, abstract=abstract)
        _enter(self.containers, made)


def _enter(table: dict[str, Element], made: Element) -> None:
    name = made.attrib["name"]
    if name in table:
        raise ValueError(f"XTCE: two things are named {name}; rename a field")
    table[name] = made


def _ident_name(kind: type[Telemetry]) -> str:
    if issubclass(kind, Housekeeping):
        return "structure_id"
    return "event_id" if issubclass(kind, Event) else f"ident_{kind.service}_{kind.subtype}"
