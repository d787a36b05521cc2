"""The dictionary as XTCE 1.2 (OMG formal/18-10-04, schema of 2018-02-04), for ground systems of others.

One flat space system. Only what Yamcs and space_packet_parser both understand is used.
"""

from __future__ import annotations

from flight.icd.dictionary import Dictionary
from ground.export.elements import document, element
from ground.export.xtce_commands import command_metadata
from ground.export.xtce_telemetry import telemetry_metadata

SYSTEM = "saji"


def xtce(dictionary: Dictionary) -> bytes:
    """The document; the same for the same dictionary, octet for octet."""
    system = element(
        "SpaceSystem",
        element("Header", version=f"dictionary {dictionary.hash64:016x}", validationStatus="Working"),
        telemetry_metadata(dictionary),
        command_metadata(dictionary),
        name=SYSTEM,
        shortDescription="Sampling scoop for lunar regolith: telemetry and telecommands",
    )
    return document(system)
