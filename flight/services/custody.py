"""Custody by telecommand: evidence marked, the sample offered, handed over and released by the buyer's signature.

A change asked for by telecommand is first handed to the recorder and then put in force: what the recorder does not take
has not happened. What the sequence changes (collected, poured out) is in force at once, and handed over until taken.
Each state goes into both banks, so that damage to one never brings back the state before.
"""

from __future__ import annotations

from flight.custody.chain import Chain, CustodyRecord, Floor
from flight.icd.commands.custody import MarkEvidenced, OfferSample, ReleaseSample, TransferSample, WithdrawOffer
from flight.icd.custody import COUNTER_MAX, Act, Refusal, is_signed, message
from flight.icd.events.custody import CustodyLoaded, CustodyNotStored, CustodyRefused, CustodyUnreadable
from flight.icd.events.recorder import BankState
from flight.icd.hk.custody import CustodyHk
from flight.icd.inhibits import REQUIRED
from flight.icd.kinds import Emit
from flight.icd.limits import NOTHING, Limit, Violation
from flight.icd.modes import Custody
from flight.icd.packet import DecodeError
from flight.icd.reports.verification import FailureCode
from flight.recorder.banks import BankWriter, Label, Loaded
from flight.sampling.sequence import Sampling
from flight.services.dispatcher import Dispatcher
from flight.services.timebase import TimeBase
from flight.services.verification import Execution

LABEL = Label("custody", b"SJCU", 1)
AGAIN_NS = 1_000_000_000
"""What the recorder did not take is handed over again after so long."""
_COPIES = 2
_SPOILT = frozenset({BankState.ABSENT, BankState.TORN, BankState.CORRUPT})
_STATES = {Act.ACCEPT: Custody.TRANSFERRED, Act.RELEASE: Custody.RELEASED}


class CustodyService:
    """Changes `chain` as commanded and keeps it. `load` once, before the loop."""

    __slots__ = (
        "_again_ns", "_chain", "_copies", "_emit", "_image", "_key", "_mission", "_sampling", "_time", "_told",
        "_writer", "hk",
    )  # fmt: skip

    def __init__(
        self, chain: Chain, mission: str, public_key: bytes | None, sampling: Sampling, writer: BankWriter,
        time: TimeBase, emit: Emit,
    ) -> None:  # fmt: skip
        self.hk = CustodyHk()
        self._chain = chain
        self._mission = mission
        self._key = public_key
        self._sampling = sampling
        self._writer = writer
        self._time = time
        self._emit = emit
        self._image = chain.record.encode()
        self._copies = _COPIES
        self._again_ns = 0
        self._told = False

    def load(self, loaded: Loaded, floor: Floor = Floor()) -> None:  # noqa: B008 - frozen
        """Put in force what was kept; where no bank can be read, what forbids most.

        What replaces spoilt banks is kept, so that it is the same after a restart; banks that only can't be read now,
        or not by this version, are left as they are until something changes. `floor` is kept elsewhere, with the
        sequence: what was accepted once is not accepted again when both banks are lost, and banks that are gone are
        lost where it knows of a sample.
        """
        if loaded.states == (BankState.ABSENT, BankState.ABSENT) and floor == Floor():
            return
        spoilt = False
        try:
            record = CustodyRecord.decode(loaded.data or b"")
            record.number, record.counter = max(record.number, floor.number), max(record.counter, floor.counter)
        except DecodeError:
            record = self._chain.unknown(Custody.COLLECTED if self._key is None else Custody.TRANSFERRED, floor)
            bank_0, bank_1 = loaded.states
            spoilt = _SPOILT.issuperset(loaded.states)
            self._emit(CustodyUnreadable(state=record.state, bank_0=bank_0, bank_1=bank_1))
        else:
            self._emit(CustodyLoaded(state=record.state, bank=loaded.bank, generation=loaded.generation))
        self._chain.record = record
        self._image = b"" if spoilt else record.encode()

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the functions of custody."""
        dispatcher.register(MarkEvidenced, self._mark)
        dispatcher.register(OfferSample, self._offer)
        dispatcher.register(WithdrawOffer, self._withdraw)
        dispatcher.register(TransferSample, self._transfer)
        dispatcher.register(ReleaseSample, self._release)

    def step(self, now_ns: int) -> None:
        """Hand over what is new, and again what was not taken; directly after the sequence's step."""
        image = self._chain.record.encode()
        if image != self._image:
            self._image, self._copies, self._again_ns = image, 0, now_ns
        while self._copies < _COPIES and now_ns >= self._again_ns:
            if self._writer.store(image, now_ns):
                self._copies += 1
                self._told = False
                continue
            self._again_ns = now_ns + AGAIN_NS
            if not self._told:
                self._told = True
                self._emit(CustodyNotStored(state=self._chain.state))

    def refresh(self, now_ns: int) -> None:
        """Bring the housekeeping up to date."""
        hk, record = self.hk, self._chain.record
        hk.state, hk.number, hk.sample, hk.evidence = record.state, record.number, record.sample, record.evidence
        hk.counter, hk.mass_g, hk.u95_g = record.counter, record.mass_g, record.u95_g
        hk.has_key = self._key is not None
        hk.handed_over = self._copies == _COPIES
        hk.stamp(now_ns)

    def _mark(self, command: MarkEvidenced, execution: Execution) -> None:
        after = self._proposed(Custody.EVIDENCED, execution)
        if after is None:
            return
        if command.sample != after.sample:
            execution.fail(FailureCode.UNKNOWN_OBJECT, after.number)
        elif not any(command.evidence):
            execution.fail(FailureCode.BAD_VALUE, list(MarkEvidenced.fields).index("evidence"))
        else:
            after.evidence = command.evidence
            self._enter(after, execution)

    def _offer(self, _command: OfferSample, execution: Execution) -> None:
        after = self._proposed(Custody.OFFERED, execution)
        if after is not None:
            self._enter(after, execution)

    def _withdraw(self, _command: WithdrawOffer, execution: Execution) -> None:
        after = self._proposed(Custody.EVIDENCED, execution)
        if after is not None:
            self._enter(after, execution)

    def _transfer(self, command: TransferSample, execution: Execution) -> None:
        self._authorized(Act.ACCEPT, command, execution)

    def _release(self, command: ReleaseSample, execution: Execution) -> None:
        self._authorized(Act.RELEASE, command, execution)

    def _authorized(self, act: Act, command: TransferSample | ReleaseSample, execution: Execution) -> None:
        after = self._proposed(_STATES[act], execution)
        if after is None:
            return
        refusal = self._refusal(act, command)
        if refusal is None:
            after.counter = command.counter
            self._enter(after, execution)
            return
        record = self._chain.record
        self._emit(
            CustodyRefused(
                wanted=after.state,
                state=record.state,
                refusal=refusal,
                counter=command.counter,
                accepted=record.counter,
            )
        )
        violation = NOTHING
        if refusal is Refusal.OLD_COUNTER:
            violation = Violation(Limit.COUNTER, command.counter, record.counter + 1, COUNTER_MAX)
        execution.fail(FailureCode.NOT_AUTHORIZED, refusal, violation)

    def _refusal(self, act: Act, command: TransferSample | ReleaseSample) -> Refusal | None:
        record = self._chain.record
        if self._key is None:
            return Refusal.NO_KEY
        if command.sample != record.sample:
            return Refusal.OTHER_SAMPLE
        if command.counter <= record.counter:
            return Refusal.OLD_COUNTER
        octets = message(act, self._mission, bytes(record.sample), bytes(record.evidence), command.counter)
        return None if is_signed(self._key, bytes(command.signature), octets) else Refusal.SIGNATURE

    def _proposed(self, state: Custody, execution: Execution) -> CustodyRecord | None:
        """The record in `state`; None, and `execution` failed, when that can't follow now or something moves."""
        chain = self._chain
        if chain.state is not REQUIRED[type(execution.command)] or not chain.may(state):
            execution.fail(FailureCode.CUSTODY_STATE, chain.state)
            return None
        if self._sampling.busy:
            execution.fail(FailureCode.BUSY, int(self._sampling.phase))
            return None
        return chain.proposed(state)

    def _enter(self, after: CustodyRecord, execution: Execution) -> None:
        image = after.encode()
        if not self._writer.store(image, self._time.now_ns):
            execution.fail(FailureCode.NOT_KEPT, after.state)
            return
        self._image, self._copies = image, 1
        self._chain.enter(after)
        execution.complete()
