"""Time code: 4 + 2 octets from TAI 1958."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd import cuc


@given(st.integers(0, 0xFFFFFFFF), st.integers(0, 0xFFFF))
def test_every_code_comes_back_as_it_was(seconds, fraction):
    assert cuc.split(cuc.join(seconds, fraction)) == (seconds, fraction)


@given(st.integers(0, 2**32 * 10**9 - 1))
def test_a_time_comes_back_within_one_count_and_never_later(tai_ns):
    assert 0 <= tai_ns - cuc.decode(cuc.encode(tai_ns)) < 10**9 / 65536 + 1


def test_seconds_lead_and_half_a_second_is_8000():
    assert cuc.encode(0x01020304 * 10**9 + 500_000_000).hex() == "010203048000"


def test_the_epoch_is_1958_and_utc_is_37_seconds_behind():
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    since_1958_s = (moment - datetime(1958, 1, 1, tzinfo=UTC)).total_seconds()
    assert cuc.from_unix(int(moment.timestamp()) * 10**9) == (since_1958_s + 37) * 10**9


@given(st.binary(max_size=8).filter(lambda octets: len(octets) != 6))
def test_other_lengths_are_refused(octets):
    with pytest.raises(ValueError, match="6 octets"):
        cuc.decode(octets)


def test_the_p_field_says_tai_4_plus_2():
    extension, code, coarse, fine = cuc.P_FIELD >> 7, cuc.P_FIELD >> 4 & 7, (cuc.P_FIELD >> 2 & 3) + 1, cuc.P_FIELD & 3
    assert (extension, code, coarse, fine) == (0, 1, 4, 2)
