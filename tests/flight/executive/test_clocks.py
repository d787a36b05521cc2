"""Clocks and the time base."""

import subprocess
import time

import pytest
from hypothesis import strategies as st

from flight.executive import clocks
from flight.executive.clocks import RealClock, VirtualClock, system_tai_offset_ns

INSTANT = st.integers(0, 2**62)


def test_virtual_time_stands_still():
    clock = VirtualClock(5)
    assert [clock.now_ns() for _ in range(3)] == [5, 5, 5]


def test_virtual_sleep_ends_exactly_at_its_deadline():
    clock = VirtualClock()
    clock.sleep_until(1_234_567)
    assert clock.now_ns() == 1_234_567


def test_virtual_sleep_until_the_past_does_not_turn_time_back():
    clock = VirtualClock(10)
    clock.sleep_until(3)
    assert clock.now_ns() == 10


def test_real_sleep_never_ends_before_its_deadline():
    clock = RealClock()
    for _ in range(20):
        deadline_ns = clock.now_ns() + 1_000_000
        clock.sleep_until(deadline_ns)
        assert clock.now_ns() >= deadline_ns


def test_real_sleep_until_the_past_returns_at_once():
    clock = RealClock()
    before_ns = time.monotonic_ns()
    clock.sleep_until(before_ns - 10**9)
    clock.sleep_until(0)
    assert time.monotonic_ns() - before_ns < 10**9


def test_without_clock_nanosleep_a_relative_sleep_serves(monkeypatch):
    monkeypatch.setattr(clocks.ctypes, "CDLL", lambda name: object())
    clock = RealClock()
    deadline_ns = clock.now_ns() + 1_000_000
    clock.sleep_until(deadline_ns)
    assert clock.now_ns() >= deadline_ns


class Machine:
    """A machine whose sleeps end late by `wake_ns` and on which reading the clock takes 50 ns."""

    def __init__(self, monkeypatch, wake_ns):
        self.wake_ns = wake_ns
        self.t_ns = 0
        self.interrupted = False
        monkeypatch.setattr(clocks.time, "monotonic_ns", self.read)
        monkeypatch.setattr(clocks.ctypes, "CDLL", lambda name: self)

    def read(self):
        self.t_ns += 50
        return self.t_ns

    def clock_nanosleep(self, clock, flags, until, remaining):
        until_ns = until._obj.seconds * 10**9 + until._obj.nanoseconds
        self.t_ns = max(self.t_ns, until_ns + self.wake_ns) if not self.interrupted else self.t_ns + 1000

    def lateness_ns(self, clock, periods):
        late_ns = []
        for _ in range(periods):
            deadline_ns = self.t_ns - self.t_ns % 10_000_000 + 10_000_000
            clock.sleep_until(deadline_ns)
            late_ns.append(self.t_ns - deadline_ns)
        return late_ns


def test_a_slow_wake_up_is_learnt_and_anticipated(monkeypatch):
    machine = Machine(monkeypatch, wake_ns=150_000)
    late_ns = machine.lateness_ns(RealClock(), 1000)
    assert late_ns[0] >= 150_000
    assert sum(late > 1000 for late in late_ns[20:]) <= 0.015 * 980
    assert min(late_ns) >= 0


def test_the_anticipation_is_bounded(monkeypatch):
    machine = Machine(monkeypatch, wake_ns=900_000)
    late_ns = machine.lateness_ns(RealClock(early_limit_ns=200_000), 100)
    assert late_ns[-1] == pytest.approx(700_000, abs=200)


def test_the_anticipation_can_be_turned_off(monkeypatch):
    machine = Machine(monkeypatch, wake_ns=100_000)
    assert min(machine.lateness_ns(RealClock(early_limit_ns=0), 100)) >= 100_000


def test_a_deadline_already_past_teaches_nothing(monkeypatch):
    machine = Machine(monkeypatch, wake_ns=0)
    clock = RealClock()
    machine.t_ns = 10**9
    for _ in range(100):
        clock.sleep_until(10**8)
    assert clock._early_ns == 0


def test_a_signal_ends_the_sleep_and_is_not_waited_out(monkeypatch):
    machine = Machine(monkeypatch, wake_ns=0)
    machine.interrupted = True
    RealClock().sleep_until(10**9)
    assert machine.t_ns < 10_000


def test_stamps_count_from_1958_as_date_does():
    unix_s = int(subprocess.run(["date", "-u", "-d", "1958-01-01", "+%s"], capture_output=True, check=True).stdout)
    assert unix_s == -clocks.EPOCH_1958_TO_1970_S


@pytest.mark.parametrize("kernel_leap_s", [0, 37])
def test_the_system_clock_gives_tai_whether_or_not_the_kernel_knows_leap_seconds(monkeypatch, kernel_leap_s):
    utc_ns = 1_700_000_000 * 10**9
    readings = {time.CLOCK_REALTIME: utc_ns, time.CLOCK_TAI: utc_ns + kernel_leap_s * 10**9}
    monkeypatch.setattr(clocks.time, "clock_gettime_ns", readings.__getitem__)
    monkeypatch.setattr(clocks.time, "monotonic_ns", lambda: 1000)
    assert 1000 + system_tai_offset_ns() == utc_ns + (37 + clocks.EPOCH_1958_TO_1970_S) * 10**9
