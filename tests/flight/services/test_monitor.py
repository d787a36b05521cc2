"""One monitor, against a model that works out the status from the whole history each time."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.hk.scoop import MotionHk
from flight.icd.kinds import Severity
from flight.icd.monitoring import CheckKind, MonitorDefinition, MonitorStatus
from flight.icd.parameters import SampleParameters
from flight.pool import Pool, parameters_of
from flight.services.monitor import Monitor

MS = 1_000_000
DRAFT = next(p.ident for p in parameters_of(MotionHk()) if p.name == "MotionHk.draft_n")
UNCHECKED, WITHIN, LOW, HIGH, UNEXPECTED, STALE = MonitorStatus


def definition(**changes):
    values = {
        "monitor": 1,
        "parameter": DRAFT,
        "interval_ms": 100,
        "consecutive": 2,
        "check_kind": CheckKind.LIMIT,
        "low": -1.0,
        "high": 1.0,
        "stale_ms": 500,
        "severity": Severity.LOW,
    }
    return MonitorDefinition(**values | changes)


class Rig:
    def __init__(self, **changes):
        self.record = MotionHk()
        wanted = definition(**changes)
        self.monitor = Monitor(wanted, Pool([self.record]).find(wanted.parameter))
        self.now_ns = 0
        self.changes = []

    def read(self, value, valid=True, after_ms=100):
        """A new reading, looked at."""
        self.now_ns += after_ms * MS
        self.record.draft_n = value
        self.record.stamp(self.now_ns, valid)
        return self.look(0)

    def look(self, after_ms=100):
        self.now_ns += after_ms * MS
        before = self.monitor.check(self.now_ns)
        if before is not None:
            self.changes.append((before, self.monitor.status))
        return self.monitor.status


def test_a_status_changes_when_so_many_readings_agree():
    rig = Rig(consecutive=3)
    assert [rig.read(value) for value in (0, 0, 0, 2, 2, 0, 2, 2, 2, 0, 0, 0)] == [
        *[UNCHECKED] * 2, *[WITHIN] * 6, *[HIGH] * 3, WITHIN,
    ]  # fmt: skip
    assert rig.changes == [(UNCHECKED, WITHIN), (WITHIN, HIGH), (HIGH, WITHIN)]


def test_the_bounds_are_within():
    rig = Rig(consecutive=1)
    assert [rig.read(value) for value in (1.0, math.nextafter(1, 2), -1.0, math.nextafter(-1, -2))] == [
        WITHIN, HIGH, WITHIN, LOW,
    ]  # fmt: skip


def test_a_row_of_low_does_not_count_for_high():
    rig = Rig()
    assert [rig.read(value) for value in (0, 0, -2, 2, -2, 2, 2)] == [UNCHECKED, *[WITHIN] * 5, HIGH]


def test_looking_twice_at_one_reading_confirms_nothing():
    rig = Rig()
    rig.read(0)
    rig.read(0)
    rig.read(2)
    assert [rig.look(10) for _ in range(20)] == [WITHIN] * 20
    assert rig.read(2) is HIGH


def test_a_value_too_old_is_stale_and_neither_within_nor_outside():
    rig = Rig(consecutive=1)
    rig.read(2)
    assert [rig.look(499), rig.look(1), rig.look(1), rig.look(1000)] == [HIGH, HIGH, STALE, STALE]
    assert rig.changes[-1] == (HIGH, STALE)


@pytest.mark.parametrize("value", [0.0, 2.0, math.nan, math.inf, -math.inf])
def test_a_value_that_is_not_valid_is_stale_at_once(value):
    rig = Rig(consecutive=1)
    rig.read(0)
    assert rig.read(value, valid=math.isnan(value) or math.isinf(value)) is STALE


def test_a_row_begins_anew_after_a_gap():
    rig = Rig()
    for value in (0, 0, 2):
        rig.read(value)
    rig.read(2, valid=False)
    assert [rig.read(2), rig.read(2)] == [STALE, HIGH]


def test_data_that_never_came_are_stale_only_when_they_could_have_come():
    rig = Rig()
    assert [rig.look(500), rig.look(1)] == [UNCHECKED, STALE]


def test_a_change_is_judged_between_readings():
    rig = Rig(check_kind=CheckKind.DELTA, consecutive=1)
    assert [rig.read(value) for value in (10, 10.5, 12, 11, 9)] == [UNCHECKED, WITHIN, HIGH, WITHIN, LOW]
    assert (rig.monitor.value, rig.monitor.limit) == (-2.0, -1.0)


def test_a_change_is_not_judged_over_a_gap():
    rig = Rig(check_kind=CheckKind.DELTA, consecutive=1)
    rig.read(0)
    rig.read(0)
    rig.read(0, valid=False)
    assert [rig.read(100), rig.read(100)] == [STALE, WITHIN]


def test_bits_are_compared_under_their_mask():
    sample = SampleParameters(max_digs=0b1010_0101, attempts=1)
    wanted = definition(
        parameter=0x8302, check_kind=CheckKind.EXPECTED, mask=0b1111, low=0b0101, high=0.0, consecutive=1
    )
    monitor = Monitor(wanted, Pool([sample]).find(0x8302))
    assert monitor.check(1) is UNCHECKED
    assert monitor.status is WITHIN
    sample.max_digs = 0b0000_0111
    assert monitor.check(2) is WITHIN
    assert (monitor.status, monitor.value, monitor.limit) == (UNEXPECTED, 0b0111, 0b0101)


def test_a_setting_counts_at_every_look_and_never_ages():
    sample = SampleParameters(max_digs=9)
    monitor = Monitor(definition(parameter=0x8302, high=5.0), Pool([sample]).find(0x8302))
    assert monitor.check(1) is None
    assert monitor.check(10**18) is UNCHECKED
    assert monitor.status is HIGH


STEPS = st.lists(
    st.tuples(
        st.sampled_from([10, 100, 300, 500, 501, 600]),  # ms since the step before
        st.booleans(),  # a new reading?
        st.booleans() | st.just(True),  # valid?
        st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 3.5, math.nan]),
    ),
    max_size=40,
)


def judged(kind, values):
    """What each of `values`, in a row without gaps, says for itself."""
    if kind is CheckKind.DELTA:
        values = [b - a for a, b in pairwise(values)]
    return [LOW if value < -1 else HIGH if value > 1 else WITHIN for value in values]


def model(kind, consecutive, stale_ms, steps):
    """Status after each step: from the readings since the last gap, and the status at that gap."""
    now, stamp, good, value = 0, 0, False, 0.0
    status, row, seen, out = UNCHECKED, [], None, []
    for after, new, valid, reading in steps:
        now += after
        if new:
            stamp, good, value = now, valid, reading
        if not good or math.isnan(value) or now - stamp > stale_ms:
            row = []
            if status is not UNCHECKED or now > stale_ms:
                status = STALE
        elif seen != stamp:
            seen = stamp
            row.append(value)
            tail = judged(kind, row)[-consecutive:]
            if len(tail) == consecutive and len(set(tail)) == 1:
                status = tail[0]
        out.append(status)
    return out


@given(
    kind=st.sampled_from([CheckKind.LIMIT, CheckKind.DELTA]),
    consecutive=st.integers(1, 4),
    stale_ms=st.sampled_from([100, 500]),
    steps=STEPS,
)
def test_any_history_gives_what_the_model_gives(kind, consecutive, stale_ms, steps):
    rig = Rig(check_kind=kind, consecutive=consecutive, stale_ms=stale_ms)
    found = [rig.read(value, valid, after) if new else rig.look(after) for after, new, valid, value in steps]
    assert found == model(kind, consecutive, stale_ms, steps)
    assert all(before is not after for before, after in rig.changes)
