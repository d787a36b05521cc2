"""What a telecommand brought about, in words: from the events that belong to it, one sequence running at a time."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flight.icd.commands.custody import MarkEvidenced, OfferSample, ReleaseSample, TransferSample, WithdrawOffer
from flight.icd.commands.functions import (
    Collect,
    DigArc,
    DigLinear,
    Discard,
    FindSurface,
    Image,
    Scrape,
    Stow,
    Tare,
    Weigh,
)
from flight.icd.dictionary import packet_name
from flight.icd.events.custody import CustodyChanged
from flight.icd.events.imaging import PictureChecked, ProductMade
from flight.icd.events.sampling import (
    ContactFound,
    DigDone,
    HeftDone,
    SampleCollected,
    SamplingEnded,
    StepFailed,
    TareDone,
    WeighingDone,
)
from flight.icd.imaging import PictureFlaw, ProductKind
from flight.icd.inhibits import REQUIRED
from flight.icd.kinds import Command, Telemetry
from flight.icd.metadata import values_of
from flight.icd.modes import Custody
from flight.icd.reports.monitoring import MonitorTransition
from ground.refusals import parameter_name

RESULTS: Mapping[type[Command], tuple[type[Telemetry], ...]] = MappingProxyType(
    {
        Collect: (
            ContactFound, DigDone, TareDone, WeighingDone, HeftDone, SampleCollected, SamplingEnded, StepFailed,
            CustodyChanged,
        ),
        Weigh: (WeighingDone, HeftDone, StepFailed),
        Tare: (TareDone, StepFailed),
        FindSurface: (ContactFound, StepFailed),
        DigLinear: (DigDone, StepFailed),
        DigArc: (DigDone, StepFailed),
        Scrape: (DigDone, StepFailed),
        Stow: (WeighingDone, SampleCollected, StepFailed, CustodyChanged),
        Discard: (StepFailed, CustodyChanged),
        Image: (PictureChecked, ProductMade),
        MarkEvidenced: (CustodyChanged,),
        OfferSample: (CustodyChanged,),
        WithdrawOffer: (CustodyChanged,),
        TransferSample: (CustodyChanged,),
        ReleaseSample: (CustodyChanged,),
    }
)  # fmt: skip
"""The events that tell the result of a telecommand."""
_BY_SEQUENCE = (Custody.NONE, Custody.COLLECTED)
"""States of custody that sequences bring about; all others are commanded."""


def is_result(command: Command, record: Telemetry) -> bool:
    """Whether `record` tells a result of `command` while that is in execution."""
    if isinstance(record, ProductMade) and record.kind is not ProductKind.PICTURE:
        return False
    if isinstance(record, CustodyChanged):
        by_sequence = record.state in _BY_SEQUENCE
        if by_sequence is is_change_of_custody(command) or record.before is not REQUIRED.get(
            type(command), record.before
        ):
            return False
    return isinstance(record, RESULTS.get(type(command), ()))


def is_change_of_custody(command: Command) -> bool:
    """Whether `command` changes the custody of the sample and nothing else, as soon as it is taken."""
    return type(command) in REQUIRED


def say(record: Telemetry) -> str:
    """A record in words and units: names for numbers, intervals for masses."""
    match record:
        case WeighingDone():
            return f"mass {record.mass_g:.1f} g +- {record.u95_g:.1f} g (95 %), weighed at {record.phase.name}"
        case HeftDone():
            return f"coarse mass {record.mass_g:.0f} g +- {record.u95_g:.0f} g (95 %), by servo current"
        case TareDone():
            return f"tare {record.force_n:.4f} N, scatter {record.noise_n:.4f} N, {record.readings} readings"
        case ContactFound():
            x_m, y_m, z_m = record.edge_m
            return f"surface at height {z_m:.4f} m (x {x_m:.3f} m, y {y_m:.3f} m), felt {record.force_n:.2f} N"
        case DigDone():
            return (
                f"dug {record.depth_m:.4f} m deep, {record.length_m:.3f} m long, peak force {record.peak_force_n:.1f} N"
            )
        case SampleCollected():
            return f"sample collected: {record.mass_g:.1f} g +- {record.u95_g:.1f} g (95 %), digs {record.digs}"
        case SamplingEnded():
            return f"no sample: {record.reason.name}, digs {record.digs}"
        case StepFailed():
            return f"{record.phase.name} failed: {record.reason.name} at {record.value:.4g}, attempt {record.attempt}"
        case PictureChecked():
            usable = "usable" if record.flaw is PictureFlaw.NONE else f"not usable: {record.flaw.name}"
            return f"picture of {record.octets} octets, {usable}, mean brightness {record.mean:.0f}"
        case ProductMade():
            return f"picture is product number {record.sequence}, {record.octets} octets, sha256 {record.sha256:016x}.."
        case CustodyChanged():
            return f"custody {record.before.name} -> {record.state.name}, sample {bytes(record.sample).hex()}"
        case MonitorTransition():
            limit = f", limit {record.limit:g}" if record.limit else ""
            what = f"monitor {record.monitor} of {parameter_name(record.parameter)}"
            return f"{what}: {record.before.name} -> {record.after.name} at {record.value:g}{limit}"
    return packet_name(type(record)) + ": " + ", ".join(_values(record))


def _values(record: Telemetry) -> list[str]:
    """Each value by name with its unit; parameters by name, octet strings in hexadecimal."""
    said = []
    for name, field in record.fields.items():
        value = getattr(record, name)
        if name == "parameter":
            shown = parameter_name(value)
        elif field.count > 1 and field.code == "B" and field.enum is None:
            shown = bytes(value).hex()
        elif field.count > 1:
            shown = ",".join(str(each) for each in value)
        else:
            shown = str(next(each for each in values_of(type(record)) if each.name == name).engineering(value))
        said.append(f"{name}={shown} {field.unit if field.unit not in ('', '1') else ''}".rstrip())
    return said
