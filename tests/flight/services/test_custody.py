"""Custody by telecommand, and through a restart."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flight.custody.chain import Chain, CustodyRecord, Floor
from flight.icd.commands.custody import MarkEvidenced, OfferSample, ReleaseSample, TransferSample, WithdrawOffer
from flight.icd.commands.functions import Arm, RebootServo, Stow, TorqueOff
from flight.icd.custody import Act, Refusal, message
from flight.icd.events.custody import (
    CustodyChanged,
    CustodyLoaded,
    CustodyNotStored,
    CustodyRefused,
    CustodyUnreadable,
)
from flight.icd.events.recorder import BankState
from flight.icd.events.services import CommandSource
from flight.icd.inhibits import is_inhibited
from flight.icd.modes import Custody, Phase
from flight.icd.reports.verification import Completed, FailureCode
from flight.icd.space_packet import encode_tc
from flight.recorder.banks import Banks, Loaded
from flight.services.custody import LABEL, CustodyService

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
EVIDENCE = tuple(range(100, 132))
ABSENT = Loaded(None, -1, 0, (BankState.ABSENT, BankState.ABSENT))
S = 1_000_000_000


class Writer:
    """The recorder; `works` is whether it takes anything."""

    def __init__(self, banks):
        self.banks, self.works = banks, True

    def store(self, data, now_ns):
        if self.works:
            self.banks.store(data)
        return self.works


class Sequence:
    busy = False
    phase = Phase.STOW


class Site:
    """A board with custody alone, on a directory that outlives it."""

    def __init__(self, board, directory, public_key=PUBLIC, floor=Floor(), tai_ns=5):  # noqa: B008 - frozen
        self.board = board
        self.banks = Banks(directory, *LABEL, durable=False)
        self.writer, self.sequence = Writer(self.banks), Sequence()
        self.chain = Chain("m1_lander", board.emit, lambda: tai_ns)
        self.service = CustodyService(
            self.chain, "m1_lander", public_key, self.sequence, self.writer, board.time, board.emit
        )
        self.service.serve(board.dispatcher)
        board.dispatcher.inhibited = lambda kind: self.state if is_inhibited(kind, self.state) else None
        self.service.load(self.banks.load(), floor)

    @property
    def state(self):
        return self.chain.state

    def send(self, command):
        return self.board.send(command)[-1]

    def bring_to(self, state):
        if state is not Custody.NONE:
            self.chain.collected(80.0, 9.0)
            self.service.step(0)
        sample = self.chain.record.sample
        for after, command in (
            (Custody.EVIDENCED, lambda: MarkEvidenced(sample=sample, evidence=EVIDENCE)),
            (Custody.OFFERED, OfferSample),
            (Custody.TRANSFERRED, lambda: self.signed(TransferSample, 1)),
            (Custody.RELEASED, lambda: self.signed(ReleaseSample, 2)),
        ):
            if after <= state:
                assert isinstance(self.send(command()), Completed)
        self.service.step(0)
        return self

    def signed(self, kind, counter, key=KEY, **other):
        record = self.chain.record
        act = Act.ACCEPT if kind is TransferSample else Act.RELEASE
        parts = {"act": act, "mission": "m1_lander", "sample": bytes(record.sample), "evidence": bytes(record.evidence)}
        octets = message(**(parts | {"counter": counter} | other))
        return kind(sample=record.sample, counter=counter, signature=tuple(key.sign(octets)))

    def events(self, kind):
        return [event for event in self.board.events if isinstance(event, kind)]


@pytest.fixture
def start(new_board, tmp_path):
    """Starts the board, each time on the same directory."""
    return lambda **kw: Site(new_board(), tmp_path, **kw)


@pytest.mark.requirement("CUS-2")
@pytest.mark.parametrize("state", Custody)
def test_every_state_survives_a_restart_with_all_that_belongs_to_it(start, state):
    before = start().bring_to(state).chain.record
    after = start()
    assert (after.state, after.chain.record) == (state, before)
    assert len(after.events(CustodyLoaded)) == (state is not Custody.NONE)


@pytest.mark.requirement("CUS-2")
@pytest.mark.parametrize("bank", [0, 1])
@pytest.mark.parametrize("state", list(Custody)[1:])
def test_damage_to_one_bank_never_brings_back_the_state_before(start, tmp_path, state, bank):
    start().bring_to(state)
    path = tmp_path / "banks" / f"custody.{bank}"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert start().state is state


@pytest.mark.requirement("CUS-2")
@pytest.mark.parametrize(("key", "state"), [(PUBLIC, Custody.TRANSFERRED), (None, Custody.COLLECTED)])
def test_when_nobody_can_tell_what_was_the_sample_is_not_disturbed(start, tmp_path, key, state):
    start().bring_to(Custody.OFFERED)
    for bank in (0, 1):
        (tmp_path / "banks" / f"custody.{bank}").write_bytes(b"nothing")
    after = start(public_key=key)
    assert after.state is state
    (told,) = after.events(CustodyUnreadable)
    assert (told.state, told.bank_0, told.bank_1) == (state, BankState.TORN, BankState.TORN)


def lost(tmp_path):
    for bank in (0, 1):
        (tmp_path / "banks" / f"custody.{bank}").write_bytes(b"nothing")


@pytest.mark.requirement("CUS-5")
def test_what_was_signed_before_both_banks_were_lost_is_not_good_after(start, tmp_path):
    site = start().bring_to(Custody.TRANSFERRED)
    release, floor = site.signed(ReleaseSample, 5), Floor(1, 3)
    lost(tmp_path)
    after = start(floor=floor)
    assert any(after.chain.record.sample)
    assert refused(after, release, Refusal.OTHER_SAMPLE)
    release.sample = after.chain.record.sample
    assert refused(after, release, Refusal.SIGNATURE)
    assert refused(after, after.signed(ReleaseSample, 3), Refusal.OLD_COUNTER)
    assert isinstance(after.send(after.signed(ReleaseSample, 4)), Completed)


@pytest.mark.requirement("CUS-5")
def test_a_release_of_an_unknown_sample_is_good_for_no_other_unknown_one(start, tmp_path):
    start().bring_to(Custody.TRANSFERRED)
    lost(tmp_path)
    first = start()
    release = first.signed(ReleaseSample, 1)
    assert isinstance(first.send(release), Completed)
    lost(tmp_path)
    assert refused(start(tai_ns=6), release, Refusal.OTHER_SAMPLE)


def test_an_unknown_sample_keeps_its_identity_through_a_restart(start, tmp_path):
    start().bring_to(Custody.TRANSFERRED)
    lost(tmp_path)
    first = start()
    release = first.signed(ReleaseSample, 1)
    first.service.step(0)
    again = start(tai_ns=6)
    assert again.chain.record == first.chain.record
    assert isinstance(again.send(release), Completed)


def test_banks_of_another_version_are_left_as_they_are(start, tmp_path):
    Banks(tmp_path, LABEL.name, LABEL.magic, LABEL.version + 1, durable=False).store(b"newer")
    site = start()
    site.service.step(0)
    assert site.state is Custody.TRANSFERRED
    assert site.banks.load().states == (BankState.VERSION, BankState.ABSENT)


def test_banks_that_are_gone_are_lost_where_a_sample_is_known_of(start):
    site = start(floor=Floor(1, 0))
    assert site.state is Custody.TRANSFERRED
    assert len(site.events(CustodyUnreadable)) == 1


def test_an_older_state_does_not_bring_back_an_older_counter(start):
    start().bring_to(Custody.TRANSFERRED)
    assert start(floor=Floor(4, 9)).chain.record.counter == 9


def test_a_sample_is_evidenced_by_its_identity_and_a_hash(start):
    site = start().bring_to(Custody.COLLECTED)
    sample = site.chain.record.sample
    assert site.send(MarkEvidenced(sample=sample[::-1], evidence=EVIDENCE)).code is FailureCode.UNKNOWN_OBJECT
    assert site.send(MarkEvidenced(sample=sample, evidence=(0,) * 32)).code is FailureCode.BAD_VALUE
    assert site.state is Custody.COLLECTED
    site.send(MarkEvidenced(sample=sample, evidence=EVIDENCE))
    assert (site.state, site.chain.record.evidence) == (Custody.EVIDENCED, EVIDENCE)


def test_an_offer_can_be_withdrawn_and_made_again(start):
    site = start().bring_to(Custody.OFFERED)
    site.send(WithdrawOffer())
    assert (site.state, site.chain.record.evidence) == (Custody.EVIDENCED, EVIDENCE)
    site.send(OfferSample())
    assert site.state is Custody.OFFERED


@pytest.mark.requirement("CUS-1")
@pytest.mark.parametrize("state", Custody)
def test_what_can_not_follow_is_refused_with_the_state(start, state):
    site = start().bring_to(state)
    right = {
        Custody.COLLECTED: MarkEvidenced, Custody.EVIDENCED: OfferSample, Custody.OFFERED: TransferSample,
        Custody.TRANSFERRED: ReleaseSample,
    }.get(state)  # fmt: skip
    sample = site.chain.record.sample
    for command in (
        MarkEvidenced(sample=sample, evidence=EVIDENCE), OfferSample(), site.signed(TransferSample, 9),
        site.signed(ReleaseSample, 9),
    ):  # fmt: skip
        if type(command) is not right:
            report = site.send(command)
            assert (report.code, report.detail) == (FailureCode.CUSTODY_STATE, state)
    assert site.state is state


@pytest.mark.requirement("CUS-1")
def test_nothing_changes_while_a_sequence_runs(start):
    site = start().bring_to(Custody.EVIDENCED)
    site.sequence.busy = True
    assert site.send(OfferSample()).code is FailureCode.BUSY
    assert site.state is Custody.EVIDENCED


def refused(site, command, refusal):
    """Whether `command` was refused for this, and nothing changed."""
    before = site.chain.record
    report = site.send(command)
    event = site.events(CustodyRefused)[-1]
    return (report.code, report.detail, event.refusal, site.chain.record is before) == (
        FailureCode.NOT_AUTHORIZED, refusal, refusal, True,
    )  # fmt: skip


@pytest.mark.parametrize(("state", "kind"), [(Custody.OFFERED, TransferSample), (Custody.TRANSFERRED, ReleaseSample)])
class TestAuthorization:
    @pytest.mark.requirement("CUS-6")
    def test_each_flipped_bit_is_refused(self, start, state, kind):
        site = start().bring_to(state)
        good = site.signed(kind, 7)
        body = good.encode()
        for bit in range(8 * len(body)):
            octets = bytearray(body)
            octets[bit // 8] ^= 1 << bit % 8
            site.send(kind.decode(bytes(octets)))
            assert site.state is state
        assert len(site.events(CustodyRefused)) == 8 * len(body)
        assert isinstance(site.send(good), Completed)

    @pytest.mark.requirement("CUS-5")
    def test_an_old_counter_is_refused(self, start, state, kind):
        site = start().bring_to(state)
        accepted = site.chain.record.counter
        assert refused(site, site.signed(kind, accepted), Refusal.OLD_COUNTER)
        assert isinstance(site.send(site.signed(kind, accepted + 1)), Completed)

    def test_another_sample_is_refused(self, start, state, kind):
        site = start().bring_to(state)
        other = site.signed(kind, 7, sample=bytes(8))
        assert refused(site, other, Refusal.SIGNATURE)
        other.sample = (0,) * 8
        assert refused(site, other, Refusal.OTHER_SAMPLE)

    @pytest.mark.requirement("CUS-6")
    def test_another_key_act_mission_or_evidence_is_refused(self, start, state, kind):
        site = start().bring_to(state)
        other_act = Act.RELEASE if kind is TransferSample else Act.ACCEPT
        for command in (
            site.signed(kind, 7, key=Ed25519PrivateKey.from_private_bytes(bytes(32))),
            site.signed(kind, 7, act=other_act),
            site.signed(kind, 7, mission="m2_rover"),
            site.signed(kind, 7, evidence=bytes(32)),
        ):
            assert refused(site, command, Refusal.SIGNATURE)

    @pytest.mark.requirement("CUS-6")
    def test_without_a_key_in_the_mission_file_nothing_is_authorized(self, start, state, kind):
        start().bring_to(state)
        site = start(public_key=None)
        assert refused(site, site.signed(kind, 7), Refusal.NO_KEY)


@pytest.mark.requirement("CUS-5")
def test_an_acceptance_is_good_once_also_after_a_restart(start):
    site = start().bring_to(Custody.OFFERED)
    acceptance = site.signed(TransferSample, 1)
    site.send(acceptance)
    site.send(site.signed(ReleaseSample, 2))
    site.service.step(0)
    site = start()
    site.chain.poured()
    site.chain.collected(80.0, 9.0)
    site.send(MarkEvidenced(sample=site.chain.record.sample, evidence=EVIDENCE))
    site.send(OfferSample())
    assert refused(site, acceptance, Refusal.OTHER_SAMPLE)
    assert refused(site, site.signed(TransferSample, 2), Refusal.OLD_COUNTER)


@pytest.mark.requirement("CUS-3")
@pytest.mark.parametrize("source", CommandSource)
def test_whoever_releases_a_motion_it_is_refused_with_the_state(start, source):
    site = start().bring_to(Custody.TRANSFERRED)
    for kind in (Stow, TorqueOff, RebootServo):
        site.board.dispatcher.register(kind, lambda _command, execution: execution.complete())
        if kind.hazardous:
            site.board.dispatcher.dispatch(encode_tc(Arm(target=kind.ident), 1), 0, source)
        execution = site.board.dispatcher.dispatch(encode_tc(kind(), 2), 0, source)
        assert execution.code is FailureCode.SAMPLE_HELD
        assert site.board.reports[-1].detail == Custody.TRANSFERRED


@pytest.mark.requirement("CUS-2")
def test_what_the_recorder_does_not_take_has_not_happened(start):
    site = start().bring_to(Custody.OFFERED)
    site.writer.works = False
    report = site.send(site.signed(TransferSample, 1))
    assert (report.code, report.detail) == (FailureCode.NOT_KEPT, Custody.TRANSFERRED)
    assert site.state is start().state is Custody.OFFERED
    site.writer.works = True
    assert isinstance(site.send(site.signed(TransferSample, 1)), Completed)


def test_what_the_sequence_changed_is_handed_over_until_it_is_taken(start):
    site = start()
    site.writer.works = False
    site.chain.collected(80.0, 9.0)
    for second in range(5):
        site.service.step(second * S)
    assert len(site.events(CustodyNotStored)) == 1
    site.service.refresh(0)
    assert not site.service.hk.handed_over
    site.writer.works = True
    site.service.step(5 * S)
    site.service.refresh(0)
    assert site.service.hk.handed_over
    assert start().state is Custody.COLLECTED


def test_the_housekeeping_tells_what_a_buyer_must_know(start):
    site = start().bring_to(Custody.TRANSFERRED)
    site.service.refresh(3)
    hk, record = site.service.hk, site.chain.record
    assert (hk.state, hk.sample, hk.evidence, hk.counter) == (record.state, record.sample, EVIDENCE, 1)
    assert hk.has_key
    assert len(site.events(CustodyChanged)) == 4


def test_nothing_kept_is_no_event(start):
    assert start().board.events == []
    assert CustodyRecord().state is Custody.NONE
