"""Campaigns side by side on one machine."""

import socket
from contextlib import ExitStack, suppress

from hil.cluster import fly_all


def test_a_campaign_beside_another_says_nothing_of_ports(recwarn):
    with ExitStack() as stack:
        with suppress(OSError):  # taken by whatever else is there, which is as good
            stack.enter_context(socket.create_server(("127.0.0.1", 8787)))
        assert sorted(fly_all(abs, [-1, -2, -3], workers=1)) == [1, 2, 3]
    assert [str(each.message) for each in recwarn if "Port" in str(each.message)] == []
