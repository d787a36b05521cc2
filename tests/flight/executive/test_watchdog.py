"""Watchdog ports."""

import socket

import pytest

from flight.executive.watchdog import BenchWatchdog, SystemdWatchdog

S = 10**9


@pytest.fixture
def manager(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.setblocking(False)
        yield listener


def heard(listener):
    messages = []
    try:
        while True:
            messages.append(listener.recv(100))
    except BlockingIOError:
        return messages


def environment(listener, **more):
    return {"NOTIFY_SOCKET": listener.getsockname(), **more}


def test_the_service_manager_hears_the_whole_life(manager):
    watchdog = SystemdWatchdog.from_environment(environment(manager, WATCHDOG_USEC="3000000"), 42)
    watchdog.ready(0)
    watchdog.stroke(1)
    watchdog.stroke(2)
    watchdog.stopping(3)
    assert heard(manager) == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1", b"STOPPING=1"]
    assert watchdog.timeout_ns == 3 * S
    assert watchdog.failures == 0


def test_an_abstract_address_is_reached():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0saji-test-notify")
        listener.setblocking(False)
        watchdog = SystemdWatchdog("@saji-test-notify", S)
        watchdog.ready(0)
        watchdog.stopping(0)
        assert heard(listener) == [b"READY=1", b"STOPPING=1"]


def test_a_time_out_meant_for_another_process_is_not_ours(manager):
    told = environment(manager, WATCHDOG_USEC="3000000", WATCHDOG_PID="41")
    watchdog = SystemdWatchdog.from_environment(told, 42)
    assert watchdog.timeout_ns == 0
    watchdog.stopping(0)


def test_without_a_service_manager_it_stays_silent():
    watchdog = SystemdWatchdog.from_environment({}, 42)
    watchdog.ready(0)
    watchdog.stroke(1)
    watchdog.stopping(2)
    assert (watchdog.timeout_ns, watchdog.failures) == (0, 0)


def test_a_service_manager_that_does_not_listen_blocks_nothing_and_is_counted(manager):
    watchdog = SystemdWatchdog(manager.getsockname(), S)
    for now_ns in range(5000):
        watchdog.stroke(now_ns)
    assert 0 < watchdog.failures < 5000
    watchdog.stopping(0)


def test_a_service_manager_that_is_gone_is_counted(tmp_path):
    watchdog = SystemdWatchdog(str(tmp_path / "nobody"), S)
    watchdog.stroke(0)
    watchdog.stopping(0)
    assert watchdog.failures == 2


def test_the_bench_watchdog_trips_when_strokes_stay_away():
    watchdog = BenchWatchdog(2 * S)
    assert not watchdog.step(100 * S)  # not yet ready: not supervised
    watchdog.ready(100 * S)
    watchdog.stroke(101 * S)
    assert not watchdog.step(103 * S)
    assert watchdog.step(103 * S + 1)
    assert not watchdog.step(103 * S + 2)
    assert watchdog.trips == 1
    assert list(watchdog.strokes_ns) == [101 * S]


def test_the_bench_watchdog_lets_a_program_end():
    watchdog = BenchWatchdog(2 * S)
    watchdog.ready(0)
    watchdog.stopping(S)
    assert not watchdog.step(100 * S)
