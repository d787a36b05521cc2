"""Votes over time: a leaky counter that demotes a sensor when doubts add up, and re-admits it when it behaves.

A vote against counts `up`, a vote for takes `down` away, between 0 and `most`. At `demote` votes the sensor is demoted;
it is admitted again at `readmit`, which lies lower, so that one on the edge does not flicker. No single vote demotes,
and none is for ever: from `most` on, so many good readings lead back as (most - readmit) / down.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ballot:
    """How votes count; raises `ValueError` for numbers by which one vote demotes, or nothing leads back."""

    up: int
    down: int
    demote: int
    readmit: int
    most: int

    def __post_init__(self) -> None:
        if not (0 < self.up < self.demote <= self.most <= 255 and self.down > 0 and 0 <= self.readmit < self.demote):
            raise ValueError(
                f"votes: up {self.up} must be below demote {self.demote}, that at most {self.most} <= 255, "
                f"down {self.down} above 0, and readmit {self.readmit} from 0 to below demote"
            )


class Votes:
    """The count of one sensor. `vote` tells whether it changed sides."""

    __slots__ = ("_ballot", "count", "demoted")

    def __init__(self, ballot: Ballot) -> None:
        self._ballot = ballot
        self.count = 0
        self.demoted = False

    def vote(self, good: bool) -> bool:
        """Take one vote; whether the sensor was demoted or re-admitted by it: `demoted` says which."""
        ballot = self._ballot
        self.count = max(0, self.count - ballot.down) if good else min(ballot.most, self.count + ballot.up)
        before = self.demoted
        if self.count >= ballot.demote:
            self.demoted = True
        elif self.count <= ballot.readmit:
            self.demoted = False
        return self.demoted is not before

    def reset(self) -> bool:
        """Forget all votes; whether it was demoted."""
        before, self.demoted = self.demoted, False
        self.count = 0
        return before
