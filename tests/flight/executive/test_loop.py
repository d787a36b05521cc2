"""The loop in virtual time."""

import itertools

import pytest

from flight.executive.clocks import VirtualClock
from flight.executive.loop import CATCH_UP, Executive
from flight.executive.schedule import MINOR_FRAME_NS, Schedule, Slot
from flight.executive.watchdog import BenchWatchdog
from flight.icd.events.executive import (
    ActivityFailed,
    BudgetExceeded,
    ExecutiveStarted,
    FramesOverran,
    FramesSkipped,
    SafeStateFailed,
    WatchdogWithheld,
)  # fmt: skip

MS = 10**6
S = 10**9


class Work:
    """An activity that takes the time it is told to, and keeps when it ran."""

    def __init__(self, clock, us=0):
        self.clock = clock
        self.us = us
        self.once_us = {}
        self.ran_ns = []
        self.raises = None

    def step(self, now_ns):
        self.ran_ns.append(now_ns)
        if self.us or self.once_us:
            self.clock.advance(1000 * self.once_us.pop(len(self.ran_ns), self.us))
        if self.raises is not None:
            raise self.raises


class Bench:
    def __init__(self, timed=True):
        self.clock = VirtualClock(timed=timed)
        self.a, self.b = Work(self.clock), Work(self.clock)
        self.faults = []
        self.events = []
        self.watchdog = BenchWatchdog()
        schedule = Schedule(Slot(self.a.step, 1, 0, 500, "a"), Slot(self.b.step, 10, 3, 700, "b"))
        self.executive = Executive(schedule, self.clock, self.watchdog, self.emit, self.on_fault)

    def emit(self, event):
        self.events.append(event)

    def on_fault(self, fault):
        self.faults.append(fault)

    def run(self, until_ns):
        self.executive.run(lambda: self.clock.now_ns() >= until_ns)

    def told(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def bench():
    return Bench()


@pytest.mark.requirement("EXE-1")
def test_frames_are_released_every_10_ms_at_absolute_deadlines(bench):
    bench.a.us = 777
    bench.run(S)
    assert bench.a.ran_ns == [n * 10 * MS for n in range(100)]
    assert bench.b.ran_ns == [(3 + 10 * n) * 10 * MS for n in range(10)]


def test_all_activities_of_a_frame_get_the_time_of_its_start(bench):
    bench.a.us = 300
    bench.run(40 * MS)
    assert bench.b.ran_ns == [30 * MS]


def test_the_start_is_told(bench):
    bench.run(S)
    (event,) = bench.told(ExecutiveStarted)
    assert (event.activities, event.peak_load_us, event.watchdog_s) == (2, 1200, 5)


@pytest.mark.requirement("EXE-1")
def test_a_frame_that_overruns_a_little_is_counted_and_time_is_kept(bench):
    bench.a.once_us = {5: 10_500}
    bench.run(S)
    assert bench.executive.timing.overruns == 1
    assert bench.executive.late == 0  # the next began 0.5 ms late: within tolerance
    assert bench.executive.skipped == 0
    assert bench.a.ran_ns[4:8] == [40 * MS, 50 * MS + 500_000, 60 * MS, 70 * MS]


def test_a_frame_after_a_long_one_is_late_yet_runs(bench):
    bench.a.once_us = {5: 12_000}
    bench.run(S)
    assert (bench.executive.timing.overruns, bench.executive.late, bench.executive.skipped) == (1, 1, 0)
    assert bench.executive.frames == 100
    assert bench.a.ran_ns[5] == 52 * MS


def test_up_to_the_bound_frames_are_caught_up(bench):
    bench.a.once_us = {5: 10_000 * (CATCH_UP + 1)}
    bench.run(S)
    assert bench.executive.skipped == 0
    assert bench.executive.late == CATCH_UP
    assert bench.a.ran_ns[5:10] == [80 * MS] * 4 + [90 * MS]
    assert bench.executive.frames == 100


def test_beyond_the_bound_frames_are_skipped_and_the_loop_is_aligned_again(bench):
    bench.a.once_us = {5: 10_000 * (CATCH_UP + 2)}
    bench.run(S)
    assert bench.executive.skipped == CATCH_UP + 1
    assert bench.executive.late == 1
    assert bench.a.ran_ns[5:7] == [90 * MS, 100 * MS]
    assert bench.executive.frames + bench.executive.skipped == 100


def test_after_a_skip_each_activity_still_falls_in_its_own_frames(bench):
    bench.a.once_us = {5: 123_000}
    bench.run(S)
    assert bench.b.ran_ns == [30 * MS] + [(3 + 10 * n) * 10 * MS for n in range(2, 10)]


def test_a_stop_of_many_seconds_is_skipped_in_one_go(bench):
    bench.a.once_us = {5: 3_600 * 10**6}
    bench.run(3_601 * S)
    assert bench.executive.skipped == 359_999
    assert bench.executive.frames + bench.executive.skipped == 360_100


def test_lasting_overload_never_piles_up(bench):
    bench.a.us = 15_000
    bench.run(60 * S)
    lag_ns = [ran % (10 * MS) for ran in bench.a.ran_ns]
    assert max(lag_ns) < 10 * MS
    assert bench.executive.timing.overruns == bench.executive.frames
    assert bench.executive.late_max_ns < (CATCH_UP + 2) * MINOR_FRAME_NS


def test_slips_are_told_once_a_major_frame(bench):
    bench.a.once_us = {5: 51_000, 7: 12_000, 9: 11_500}
    bench.run(3 * S)
    (overran,) = bench.told(FramesOverran)
    assert (overran.count, overran.worst_us) == (3, 51_000)
    (skipped,) = bench.told(FramesSkipped)
    assert (skipped.count, skipped.total) == (4, 4)


@pytest.mark.requirement("EXE-1")
def test_a_run_over_its_budget_is_counted_and_the_worst_is_told(bench):
    bench.a.once_us = {3: 600}
    bench.b.once_us = {2: 900}
    bench.run(2 * S)
    assert bench.executive.timing.over_budget == 2
    (event,) = bench.told(BudgetExceeded)
    assert (event.count, event.activity, event.took_us, event.budget_us) == (2, 1, 900, 700)


def test_last_mean_and_longest_time_of_each_activity_are_kept(bench):
    bench.a.us = 100
    bench.a.once_us = {150: 400}
    bench.run(2 * S)
    timing = bench.executive.timing
    assert timing.last_ns == [100_000, 0]
    assert timing.max_ns == [400_000, 0]
    assert timing.mean_ns(0) == pytest.approx((199 * 100_000 + 400_000) / 200)
    assert timing.mean_ns(1) == 0


def test_the_first_major_frame_does_not_count_in_maxima(bench):
    bench.a.once_us = {1: 450, 150: 200}
    bench.run(S)
    assert bench.executive.timing.max_ns[0] == 0
    bench.run(2 * S)
    assert bench.executive.timing.max_ns[0] == 200_000
    assert bench.executive.timing.frame_max_ns == 200_000


def test_an_untimed_clock_measures_nothing():
    bench = Bench(timed=False)
    bench.a.us = 20_000
    bench.executive.frame()
    assert bench.executive.timing.runs == [0, 0]
    assert bench.executive.frames == 1


def test_a_bench_may_drive_the_frames_itself():
    bench = Bench(timed=False)
    for n in range(1000):
        bench.clock.sleep_until(n * MINOR_FRAME_NS)
        bench.executive.frame()
    assert bench.a.ran_ns == [n * MINOR_FRAME_NS for n in range(1000)]
    assert bench.executive.health.strokes == 100
    assert bench.events == []


@pytest.mark.parametrize("timed", [False, True])
@pytest.mark.requirement("FDI-5")
def test_an_escaped_exception_is_contained_and_the_rest_of_the_frame_runs(timed):
    bench = Bench(timed)
    bench.a.raises = KeyError("gone")
    bench.run(40 * MS)
    assert bench.b.ran_ns == [30 * MS]
    assert bench.executive.failures == 4


@pytest.mark.requirement("FDI-5")
def test_a_failure_asks_for_the_safe_state_and_tells_where_it_was(bench):
    bench.b.raises = ValueError("not a pose")
    bench.run(S // 2)
    (fault,) = bench.faults
    assert (fault.activity, fault.error, fault.count, fault.now_ns) == ("b", bench.b.raises, 1, 30 * MS)
    (event,) = bench.told(ActivityFailed)
    assert event.activity == 1
    text = bytes(event.what).rstrip(b"\0").decode()
    assert text.startswith("ValueError test_loop.py:")
    assert text.endswith(": not a pose")


def test_a_failure_without_a_word_in_ascii_is_told_all_the_same(bench):
    bench.a.raises = ValueError("掘" * 100)
    bench.run(10 * MS)
    (event,) = bench.told(ActivityFailed)
    assert len(event.what) == 64
    assert ActivityFailed.decode(event.encode()) == event


def test_repeated_failures_are_told_once_a_second_and_all_counted(bench):
    bench.a.raises = ValueError("again")
    bench.run(3 * S)
    assert bench.executive.failures == 300
    assert [event.count for event in bench.told(ActivityFailed)] == [1, 101, 201]
    assert len(bench.faults) == 3


def test_activities_that_fail_are_told_apart(bench):
    bench.a.raises = bench.b.raises = ValueError("both")
    bench.run(S)
    assert [event.activity for event in bench.told(ActivityFailed)] == [0, 1]


@pytest.mark.requirement("EXE-3")
def test_a_failing_activity_withholds_the_watchdog(bench):
    bench.b.raises = ValueError("dead")
    bench.run(3 * S)
    assert bench.executive.health.strokes == 0
    assert bench.told(WatchdogWithheld)[0].missing == 0b10


def test_a_safe_state_that_fails_ends_nothing(bench):
    def fails(fault):
        raise RuntimeError("cannot")

    executive = Executive(bench.executive.schedule, bench.clock, bench.watchdog, bench.emit, fails)
    bench.a.raises = ValueError("first")
    executive.run(lambda: bench.clock.now_ns() >= 100 * MS)
    assert executive.frames == 10
    assert [type(e) for e in bench.events[1:]] == [SafeStateFailed, ActivityFailed]


def test_an_emit_that_fails_ends_nothing(bench):
    def fails(event):
        raise RuntimeError("link")

    executive = Executive(bench.executive.schedule, bench.clock, bench.watchdog, fails)
    bench.a.raises = ValueError("first")
    executive.run(lambda: bench.clock.now_ns() >= 100 * MS)
    assert executive.frames == 10
    assert executive.unreported == 2  # the start and the failure


def test_an_interrupt_is_not_contained(bench):
    bench.a.raises = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        bench.executive.frame()


def test_a_sleep_ended_by_a_signal_releases_no_frame_early(bench):
    class Nervous(VirtualClock):
        def __init__(self):
            super().__init__()
            self.naps = itertools.cycle((0.3, 0.7, 1.0))

        def sleep_until(self, deadline_ns):
            super().sleep_until(self.now_ns() + int((deadline_ns - self.now_ns()) * next(self.naps)))

    clock = Nervous()
    ran_ns = []
    executive = Executive(Schedule(Slot(ran_ns.append, 1, 0, 10)), clock, BenchWatchdog(), bench.emit)
    executive.run(lambda: len(ran_ns) >= 50)
    assert ran_ns == [n * 10 * MS for n in range(50)]


def test_stop_ends_supervision_on_purpose(bench):
    bench.run(S)
    assert bench.watchdog.is_stopped
    assert not bench.watchdog.step(100 * S)


def test_the_loop_gives_the_same_events_every_time():
    def story():
        bench = Bench()
        bench.a.us, bench.a.once_us = 400, {7: 23_000, 190: 120_000}
        bench.b.raises = ValueError("x")
        bench.run(5 * S)
        return [(type(event), event.encode()) for event in bench.events]

    assert story() == story()
