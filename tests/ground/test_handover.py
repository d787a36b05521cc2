"""What crosses between two programs: orders and reports come through as they are, and nothing else gets in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.functions import Collect, GoToPose, Stow
from flight.icd.events.sampling import ContactFound
from flight.icd.packet import EncodeError
from flight.icd.space_packet import TmEncoder, parse_tm
from ground.handover import (
    SECONDS_MAX,
    HandoverError,
    Order,
    decode_line,
    decode_order,
    decode_record,
    decode_report,
    encode_order,
    encode_record,
    encode_report,
    socket_path,
)
from ground.stages import Report, Stage

DICTIONARY = mission_dictionary()
LINK = "socket://board:7301"
GOOD = json.loads(encode_order(Order(Stow(), 60.0, 30.0), LINK, DICTIONARY))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    "order",
    [
        Order(Stow(), 60.0, 30.0),
        Order(Collect(site=2, max_digs=7), 2000.0, 0.5, bypass=True),
        Order(GoToPose(x_m=1.25, y_m=-0.15, z_m=0.3, rake_deg=15.0, speed_m_s=0.05), 1.0, 0.0),
    ],
)
def test_an_order_comes_through_as_it_is(order):
    line = encode_order(order, LINK, DICTIONARY)
    came = decode_order(line, LINK, DICTIONARY)
    assert (type(came.command), came.command.encode()) == (type(order.command), order.command.encode())
    assert (came.timeout_s, came.contact_s, came.bypass) == (order.timeout_s, order.contact_s, order.bypass)


def test_who_waits_for_ever_waits_for_three_years():
    line = encode_order(Order(Stow(), float("inf"), 30.0), LINK, DICTIONARY)
    assert decode_order(line, LINK, DICTIONARY).timeout_s == SECONDS_MAX


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_line_gets_in_that_is_no_order(line):
    with pytest.raises(HandoverError):
        decode_order(line, LINK, DICTIONARY)


@given(st.sampled_from(sorted(GOOD)), JSON)
def test_an_order_with_anything_in_place_of_a_field_is_refused_or_an_order(key, value):
    try:
        order = decode_order(json.dumps(GOOD | {key: value}).encode(), LINK, DICTIONARY)
    except HandoverError:
        return
    assert key in ("timeout_s", "contact_s", "bypass") or value == GOOD[key] or order.command.encode() == b""
    assert 0 <= min(order.timeout_s, order.contact_s) <= max(order.timeout_s, order.contact_s) <= SECONDS_MAX


@given(st.sampled_from(list(Stage)), st.none() | st.integers(0, 2**62), st.text())
def test_a_stage_comes_through_as_it_is(stage, tai_ns, text):
    report = Report(stage, tai_ns, text)
    assert decode_report(decode_line(encode_report(report))) == report


def test_a_record_comes_through_as_it_was_received():
    found = ContactFound(edge_m=(1.3, 0.0, -0.012), force_n=1.5)
    packet = parse_tm(TmEncoder().encode(found, 2_145_916_837_123_456_789))
    received = DICTIONARY.decode(packet)
    tai_ns, came = decode_record(encode_record(received, packet.tai_ns), DICTIONARY)
    assert (tai_ns, type(came), came.encode()) == (packet.tai_ns, ContactFound, received.encode())


@pytest.mark.parametrize("digits", [None, 7, "", "zz", "00" * 30])
def test_a_record_that_is_none_is_refused(digits):
    with pytest.raises(HandoverError, match="a record that is none"):
        decode_record(digits, DICTIONARY)


@pytest.mark.parametrize("fields", [{}, {"stage": "started", "tai_ns": 1.5, "text": ""}, {"stage": "x", "text": ""}])
def test_a_stage_that_is_none_is_refused(fields):
    with pytest.raises(HandoverError, match="stage"):
        decode_report(fields)


def test_a_telecommand_with_a_value_that_is_not_allowed_is_no_order():
    with pytest.raises(EncodeError, match="site"):
        encode_order(Order(Collect(site=9, max_digs=1), 1.0, 1.0), LINK, DICTIONARY)


def test_the_socket_is_beside_the_file_whatever_leads_to_it(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "uplink.key").touch()
    (tmp_path / "link.key").symlink_to(tmp_path / "real" / "uplink.key")
    assert socket_path(tmp_path / "link.key") == tmp_path.resolve() / "real" / "uplink.key.session"
