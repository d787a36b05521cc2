from hypothesis import given
from hypothesis import strategies as st

from flight.services.timebase import TimeBase

INSTANT = st.integers(0, 10**20)


@given(INSTANT, INSTANT, INSTANT)
def test_a_correlation_makes_the_running_frame_that_stamp(offset_ns, now_ns, tai_ns):
    base = TimeBase(offset_ns)
    base.step(now_ns)
    assert base.correlate(tai_ns) == tai_ns - (now_ns + offset_ns)
    assert base.tai_ns == tai_ns
    base.step(now_ns + 7)
    assert base.tai_ns == tai_ns + 7
