"""An acceptance or a release of a sample: what was told of it, the signature, and the telecommand that carries it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flight.icd.commands.custody import MarkEvidenced, ReleaseSample, TransferSample
from flight.icd.custody import EVIDENCE_SIZE, SAMPLE_SIZE, Act, is_signed, message
from flight.icd.dictionary import packet_name
from flight.icd.events.custody import CustodyChanged
from flight.icd.hk.custody import CustodyHk
from flight.icd.kinds import Telemetry
from flight.icd.modes import Custody

Authorization = TransferSample | ReleaseSample
MOST = (1 << 32) - 1
_COMMANDS: Mapping[Act, type[TransferSample] | type[ReleaseSample]] = MappingProxyType(
    {Act.ACCEPT: TransferSample, Act.RELEASE: ReleaseSample}
)
_BEFORE: Mapping[Act, Custody] = MappingProxyType({Act.ACCEPT: Custody.OFFERED, Act.RELEASE: Custody.TRANSFERRED})


class SigningError(ValueError):
    """What can't be signed: says what was found and what is allowed."""


class Told(NamedTuple):
    """What the board has told of the sample. `state` is None where somebody else passed it on."""

    sample: bytes
    evidence: bytes
    counter: int
    """The highest that the board has accepted."""
    state: Custody | None = None


def told_by(records: Iterable[Telemetry]) -> Told | None:
    """What the last of the records that tell of custody says; None where there is none."""
    told = None
    for record in records:
        if isinstance(record, CustodyHk | CustodyChanged):
            told = Told(bytes(record.sample), bytes(record.evidence), record.counter, record.state)
    return told


def authorize(act: Act, mission: str, told: Told, key: Ed25519PrivateKey, counter: int | None = None) -> Authorization:
    """The telecommand that carries the buyer's signature; its counter is the next unless one is given.

    Raises `SigningError` where the board would refuse it: in another state, or with a counter it has passed.
    """
    counter = told.counter + 1 if counter is None else counter
    if told.state is not None and told.state is not _BEFORE[act]:
        raise SigningError(f"the sample is {told.state.name}; it must be {_BEFORE[act].name} to {act.name.lower()} it")
    if not any(told.sample):
        raise SigningError("there is no sample: its identity is all zeros")
    if not told.counter < counter <= MOST:
        raise SigningError(f"counter must be above {told.counter}, which was accepted, up to {MOST}, got {counter}")
    signature = key.sign(message(act, mission, told.sample, told.evidence, counter))
    return _COMMANDS[act](sample=tuple(told.sample), counter=counter, signature=tuple(signature))


def mark(told: Told, evidence: bytes) -> MarkEvidenced:
    """The telecommand that marks the sample with the SHA-256 of its evidence; raises `SigningError`."""
    if told.state is not None and told.state is not Custody.COLLECTED:
        raise SigningError(f"the sample is {told.state.name}; it must be COLLECTED to be marked")
    return MarkEvidenced(sample=tuple(told.sample), evidence=tuple(evidence))


def is_authorized(command: Authorization, mission: str, evidence: bytes, public_key: bytes) -> bool:
    """Whether the buyer's signature in `command` is good for a sample with this evidence."""
    act = Act.ACCEPT if isinstance(command, TransferSample) else Act.RELEASE
    octets = message(act, mission, bytes(command.sample), evidence, command.counter)
    return is_signed(public_key, bytes(command.signature), octets)


def as_text(command: Authorization | MarkEvidenced) -> str:
    """The telecommand as `saji-ground send` takes it."""
    fields = (f"{name}={_value(getattr(command, name))}" for name in command.fields)
    return " ".join((packet_name(type(command)), *fields))


def _value(value: int | tuple[int, ...]) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def octets_of(name: str, text: str, size: int) -> bytes:
    """Octets written as hexadecimal digits, or as numbers with commas, as telemetry shows them; or `SigningError`."""
    try:
        octets = bytes(int(each) for each in text.split(",")) if "," in text else bytes.fromhex(text)
    except ValueError:
        octets = b""
    if len(octets) != size:
        raise SigningError(f"{name} must be {2 * size} hexadecimal digits, or {size} numbers with commas")
    return octets


def passed_on(sample: str, evidence: str, counter: int) -> Told:
    """What somebody wrote down of what the board told; raises `SigningError`."""
    return Told(octets_of("sample", sample, SAMPLE_SIZE), octets_of("evidence", evidence, EVIDENCE_SIZE), counter)
