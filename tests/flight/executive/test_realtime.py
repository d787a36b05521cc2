"""The real-time set-up degrades, and the loop keeps time in real time."""

import errno
import subprocess
import sys

import pytest

from flight.executive.clocks import RealClock
from flight.executive.loop import Executive
from flight.executive.realtime import MEASURES, RealTimePlan, set_up
from flight.executive.schedule import MINOR_FRAME_NS, Schedule, Slot
from flight.executive.watchdog import BenchWatchdog
from flight.icd.events.executive import RealTimeDegraded, RealTimeReady, RealTimeStep


def refuse(number):
    def measure(plan):
        raise OSError(number, "refused")

    return measure


def grant(plan):
    pass


def test_what_is_granted_is_returned_and_told():
    events = []
    measures = ((RealTimeStep.SCHEDULER, grant), (RealTimeStep.TIMER_SLACK, grant))
    assert set_up(RealTimePlan(), events.append, measures) == {RealTimeStep.SCHEDULER, RealTimeStep.TIMER_SLACK}
    assert events == [RealTimeReady(achieved=0b10001)]


def test_each_refusal_is_told_and_the_rest_still_done():
    events = []
    measures = (
        (RealTimeStep.SCHEDULER, refuse(errno.EPERM)),
        (RealTimeStep.MEMORY, refuse(errno.ENOMEM)),
        (RealTimeStep.COLLECTOR, grant),
    )
    assert set_up(RealTimePlan(), events.append, measures) == {RealTimeStep.COLLECTOR}
    assert events == [
        RealTimeDegraded(step=RealTimeStep.SCHEDULER, errno=errno.EPERM),
        RealTimeDegraded(step=RealTimeStep.MEMORY, errno=errno.ENOMEM),
        RealTimeReady(achieved=0b100),
    ]


def test_every_step_has_its_measure():
    assert sorted(step for step, _ in MEASURES) == sorted(RealTimeStep)


def test_the_plan_is_put_in_force_or_refused_by_the_system_without_harm():
    """In a process of its own: it changes the whole process."""
    program = (
        "import gc, os\n"
        "from flight.executive.realtime import RealTimePlan, RealTimeStep, set_up\n"
        "cpu = min(os.sched_getaffinity(0))\n"
        "events = []\n"
        "done = set_up(RealTimePlan(10, frozenset({cpu}), 1000), events.append)\n"
        "assert (os.sched_getscheduler(0) & 7 == os.SCHED_FIFO) == (RealTimeStep.SCHEDULER in done)\n"
        "assert os.sched_getaffinity(0) == {cpu}\n"
        "assert int(open('/proc/self/timerslack_ns').read()) == (0 if RealTimeStep.SCHEDULER in done else 1000)\n"
        "assert not gc.isenabled() and gc.get_freeze_count() > 0\n"
        "locked = int(open('/proc/self/status').read().split('VmLck:')[1].split()[0])\n"
        "assert (locked > 0) == (RealTimeStep.MEMORY in done), locked\n"
        "assert len(events) == len(RealTimeStep) - len(done) + 1\n"
        "bytearray(32_000_000)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_an_unknown_processor_is_a_degradation():
    events = []
    pin = [measure for measure in MEASURES if measure[0] is RealTimeStep.AFFINITY]
    assert set_up(RealTimePlan(processors=frozenset({4095})), events.append, tuple(pin)) == frozenset()
    assert events[0] == RealTimeDegraded(step=RealTimeStep.AFFINITY, errno=errno.EINVAL)


@pytest.mark.realtime
def test_frames_do_not_drift_in_real_time():
    begun_ns = []
    executive = Executive(Schedule(Slot(begun_ns.append, 1, 0, 1000)), RealClock(), BenchWatchdog(), lambda event: None)
    executive.run(lambda: executive.frames + executive.skipped >= 150)
    span = (begun_ns[-1] - begun_ns[0]) / MINOR_FRAME_NS
    # A period that lengthened by each wake-up's delay (some 100 us) would end 1.5 frames off.
    assert abs(span - (executive.frames + executive.skipped - 1)) < 1
    assert executive.frames > 50
