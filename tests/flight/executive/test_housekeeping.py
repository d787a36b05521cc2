"""Housekeeping of the executive."""

import pytest

from flight.executive.clocks import VirtualClock
from flight.executive.housekeeping import ExecutiveReport
from flight.executive.loop import Executive
from flight.executive.schedule import MAX_SLOTS, Schedule, Slot
from flight.executive.watchdog import BenchWatchdog
from flight.icd.hk.executive import ActivityTimesHk, ExecutiveHk

S = 10**9


def flown(seconds, us=250):
    clock = VirtualClock(timed=True)
    report = ExecutiveReport()
    schedule = Schedule(
        Slot(lambda now_ns: clock.advance(us * 1000), 1, 0, 500, "work"), Slot(report.step, 100, 99, 100, "report")
    )
    executive = Executive(schedule, clock, BenchWatchdog(), lambda event: None)
    report.watch(executive)
    executive.run(lambda: clock.now_ns() >= seconds * S)
    return report, executive


def test_it_tells_what_the_executive_counted():
    report, _ = flown(3)
    hk = report.hk
    assert hk.valid
    assert hk.stamp_ns == 2_990_000_000
    assert (hk.frames, hk.overruns, hk.skipped, hk.late, hk.failures, hk.strokes) == (299, 0, 0, 0, 0, 2)
    assert (hk.frame_us, hk.worst_frame_us, hk.slowest, hk.slowest_us) == (250, 250, 0, 250)
    assert report.times.mean_us[:2] == (pytest.approx(250), 0)


def test_it_is_not_valid_before_it_watches():
    report = ExecutiveReport()
    report.step(S)
    assert not report.hk.valid


def test_it_has_room_for_every_activity():
    assert ActivityTimesHk.fields["last_us"].count == MAX_SLOTS
    assert ExecutiveHk.fields["votes"].code == "I"


def test_a_run_of_a_hundred_days_still_fits():
    report, executive = flown(2)
    executive.timing.add(0, 100 * 86400 * S)
    executive.timing.add_frame(100 * 86400 * S)
    executive.skipped += 2**40
    report.step(5 * S)
    assert ExecutiveHk.decode(report.hk.encode()).skipped == 2**40
    assert ActivityTimesHk.decode(report.times.encode()).max_us[0] == pytest.approx(100 * 86400e6)
