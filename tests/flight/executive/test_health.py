"""The aliveness vote."""

import pytest

from flight.executive.health import Health, Hold
from flight.executive.schedule import MINOR_FRAME_NS, Schedule, Slot
from flight.executive.watchdog import BenchWatchdog
from flight.icd.events.executive import WatchdogAbsent, WatchdogResumed, WatchdogTooShort, WatchdogWithheld

S = 10**9


def idle(now_ns):
    pass


SCHEDULE = Schedule(Slot(idle, 1, 0, 10, "fast"), Slot(idle, 10, 3, 10, "medium"), Slot(idle, 100, 50, 10, "slow"))
FAST, MEDIUM, SLOW = 1, 2, 4


class Bench:
    """Health driven frame by frame; activities in `dead` fail every run."""

    def __init__(self, timeout_ns=5 * S):
        self.watchdog = BenchWatchdog(timeout_ns)
        self.events = []
        self.health = Health(SCHEDULE, self.watchdog, self.events.append)
        self.health.start(0)
        self.n = 0
        self.dead = 0

    def run(self, frames):
        for _ in range(frames):
            due = SCHEDULE.frames[self.n % 100].mask
            self.health.ran(due, due & ~self.dead, self.n * MINOR_FRAME_NS)
            self.n += 1

    def kinds(self):
        return [type(event) for event in self.events]


@pytest.fixture
def bench():
    return Bench()


def test_it_strokes_once_in_the_period_of_the_slowest_activity(bench):
    bench.run(1000)
    assert list(bench.watchdog.strokes_ns) == [(50 + 100 * n) * MINOR_FRAME_NS for n in range(10)]
    assert bench.health.strokes == 10
    assert bench.events == []


@pytest.mark.parametrize("dead", [FAST, MEDIUM, SLOW, FAST | SLOW])
@pytest.mark.requirement("EXE-3")
def test_one_dead_activity_withholds_the_stroke(bench, dead):
    bench.dead = dead
    bench.run(1000)
    assert bench.health.strokes == 0
    assert bench.watchdog.step(10 * S)


def test_a_withheld_stroke_is_told_once_with_who_is_missing(bench):
    bench.run(100)
    bench.dead = MEDIUM
    bench.run(1000)
    (event,) = bench.events
    assert isinstance(event, WatchdogWithheld)
    assert (event.missing, event.holds) == (MEDIUM, 0)
    assert event.since_s == pytest.approx(2.01)


def test_the_stroke_resumes_when_the_activity_lives_again(bench):
    bench.run(100)
    bench.dead = FAST
    bench.run(400)
    bench.dead = 0
    bench.run(100)
    assert bench.kinds() == [WatchdogWithheld, WatchdogResumed]
    assert bench.events[1].withheld_s == pytest.approx(4.5)  # from 0.5 s to 5.0 s


def test_a_failed_run_takes_the_vote_back_until_the_next_good_one(bench):
    bench.run(50)
    assert bench.health.votes == FAST | MEDIUM
    bench.dead = FAST
    bench.run(1)
    assert bench.health.votes == MEDIUM | SLOW
    assert bench.health.strokes == 0
    bench.dead = 0
    bench.run(1)
    assert bench.health.strokes == 1


def test_a_skipped_run_takes_the_vote_back(bench):
    bench.run(50)
    bench.health.missed(MEDIUM)
    bench.run(1)
    assert bench.health.strokes == 0


@pytest.mark.parametrize("hold", list(Hold))
def test_a_hold_withholds_the_stroke_until_it_is_released(bench, hold):
    bench.health.hold(hold)
    bench.run(500)
    assert bench.health.strokes == 0
    assert bench.events[0].holds == 1 << hold
    bench.health.release(hold)
    bench.run(1)
    assert bench.health.strokes == 1


def test_every_hold_must_be_released(bench):
    bench.health.hold(Hold.FDIR)
    bench.health.hold(Hold.COMMAND)
    bench.health.release(Hold.FDIR)
    bench.run(200)
    assert bench.health.strokes == 0


def test_a_watchdog_too_short_for_the_schedule_is_told():
    assert Bench(timeout_ns=int(1.9 * S)).kinds() == [WatchdogTooShort]
    assert Bench(timeout_ns=2 * S).kinds() == []


def test_no_watchdog_is_told():
    assert Bench(timeout_ns=0).kinds() == [WatchdogAbsent]


def test_supervision_ends_with_the_program(bench):
    bench.health.stop(S)
    assert bench.watchdog.is_stopped
