"""Custody: what may follow what, and what is known of the sample on the way."""

import itertools

import pytest

from flight.custody.chain import FOLLOWS, Chain, CustodyError, CustodyRecord
from flight.icd.events.custody import CustodyChanged
from flight.icd.modes import Custody

IN_ORDER = (Custody.EVIDENCED, Custody.OFFERED, Custody.TRANSFERRED, Custody.RELEASED)


def chain_in(state, events=None):
    chain = Chain("m1_lander", (lambda _event: None) if events is None else events.append, lambda: 7)
    if state is not Custody.NONE:
        chain.collected(80.0, 9.0)
        for each in IN_ORDER[: state - 1]:
            chain.enter(chain.proposed(each))
    return chain


@pytest.mark.requirement("CUS-1")
@pytest.mark.parametrize(("before", "after"), list(itertools.product(Custody, Custody)))
def test_only_what_the_table_allows_can_follow(before, after):
    chain = chain_in(before)
    if after in FOLLOWS[before]:
        chain.enter(chain.proposed(after))
        assert chain.state is after
    else:
        with pytest.raises(CustodyError, match=f"from {before.name} to {after.name}"):
            chain.proposed(after)
        assert chain.state is before


@pytest.mark.requirement("CUS-1")
def test_nothing_but_a_release_leads_out_of_transferred():
    assert FOLLOWS[Custody.TRANSFERRED] == {Custody.RELEASED}


@pytest.mark.requirement("CUS-1")
def test_every_change_is_an_event_with_its_numbers():
    events = []
    chain_in(Custody.RELEASED, events)
    assert [(event.before, event.state) for event in events] == list(itertools.pairwise(Custody))
    assert all(type(event) is CustodyChanged and event.mass_g == 80.0 and any(event.sample) for event in events)


@pytest.mark.requirement("CUS-5")
def test_every_sample_has_an_identity_of_its_own():
    chain = chain_in(Custody.COLLECTED)
    first = chain.record.sample
    chain.poured()
    assert not any(chain.record.sample)
    chain.collected(80.0, 9.0)
    assert chain.record.sample != first
    assert chain.record.number == 2


def test_the_counter_of_the_buyer_outlives_the_sample():
    chain = chain_in(Custody.OFFERED)
    after = chain.proposed(Custody.TRANSFERRED)
    after.counter = 9
    chain.enter(after)
    chain.enter(chain.proposed(Custody.RELEASED))
    chain.poured()
    assert (chain.state, chain.record.counter) == (Custody.NONE, 9)


def test_what_is_kept_is_read_as_it_was():
    record = chain_in(Custody.TRANSFERRED).record
    assert CustodyRecord.decode(record.encode()) == record
