import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.fdir.votes import Ballot, Votes

BALLOT = Ballot(up=4, down=1, demote=16, readmit=2, most=60)


@st.composite
def ballots(draw):
    demote = draw(st.integers(2, 255))
    return Ballot(
        up=draw(st.integers(1, demote - 1)), down=draw(st.integers(1, 40)), demote=demote,
        readmit=draw(st.integers(0, demote - 1)), most=draw(st.integers(demote, 255)),
    )  # fmt: skip


@pytest.mark.requirement("FDI-2")
@given(ballots(), st.lists(st.booleans(), max_size=30))
def test_no_single_vote_after_good_behaviour_demotes(ballot, before):
    votes = Votes(ballot)
    for good in before:
        votes.vote(good)
    while votes.count:
        votes.vote(True)
    votes.vote(False)
    assert not votes.demoted


@pytest.mark.requirement("FDI-8")
@given(ballots(), st.lists(st.booleans(), max_size=300))
def test_none_is_demoted_for_ever_and_the_way_back_is_bounded(ballot, before):
    votes = Votes(ballot)
    for good in before:
        votes.vote(good)
    for _ in range(-(-(ballot.most - ballot.readmit) // ballot.down)):
        votes.vote(True)
    assert not votes.demoted


@given(ballots(), st.lists(st.booleans(), max_size=300))
def test_the_count_stays_within_its_bounds_and_the_sides_are_as_the_count_says(ballot, cast):
    votes = Votes(ballot)
    for good in cast:
        before = votes.demoted
        changed = votes.vote(good)
        assert 0 <= votes.count <= ballot.most
        assert changed == (votes.demoted is not before)
        if votes.count >= ballot.demote:
            assert votes.demoted
        elif votes.count <= ballot.readmit:
            assert not votes.demoted
        else:
            assert votes.demoted is before, "between the bounds nothing changes"


@given(st.lists(st.booleans(), min_size=1, max_size=400))
def test_a_share_of_doubts_below_what_good_ones_take_away_never_demotes(cast):
    """One doubt in six: four up, five down."""
    votes = Votes(BALLOT)
    for good in cast:
        if not good:
            assert not votes.vote(False)
        for _ in range(5):
            assert not votes.vote(True)


def test_a_reset_forgets_and_tells_whether_it_was_demoted():
    votes = Votes(BALLOT)
    for _ in range(4):
        votes.vote(False)
    assert votes.demoted
    assert votes.reset()
    assert (votes.count, votes.demoted) == (0, False)
    assert not votes.reset()


@pytest.mark.parametrize(
    "wrong",
    [{"up": 16}, {"down": 0}, {"readmit": 16}, {"demote": 61}, {"most": 256}, {"readmit": -1}],
)
def test_a_ballot_by_which_one_vote_decides_or_nothing_leads_back_is_refused(wrong):
    numbers = {"up": 4, "down": 1, "demote": 16, "readmit": 2, "most": 60} | wrong
    with pytest.raises(ValueError, match="votes: up"):
        Ballot(**numbers)
