"""Telecommands that other programs hand in: sent at once, each told its own, and nobody can hurt the session."""

import json
import os
import socket

import pytest

from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.functions import Abort, Collect, Stow, Weigh
from flight.icd.commands.test import ConnectionTest
from flight.icd.events.sampling import WeighingDone
from flight.icd.reports.verification import ConnectionAlive
from ground.desk import GUESTS_MAX, SILENT_S, Desk
from ground.handover import ORDER_MAX, Order, decode_record, encode_line, encode_order, socket_path
from ground.stages import Stage

LINK = "socket://board:7301"
DICTIONARY = mission_dictionary()


class Other:
    """Another program, connected to the desk."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(str(path))
        self.socket.settimeout(0)
        self.closed = False
        self.heard = []

    def order(self, command, timeout_s=60.0, contact_s=30.0, bypass=False, link=LINK):
        self.say(encode_order(Order(command, timeout_s, contact_s, bypass), link, DICTIONARY))
        return self

    def say(self, octets):
        self.socket.sendall(octets)
        return self

    def lines(self):
        """All that it was told until now."""
        octets = b""
        try:
            while part := self.socket.recv(65536):
                octets += part
            self.closed = True
        except BlockingIOError:
            pass
        except ConnectionError:
            self.closed = True
        self.heard += [json.loads(line) for line in octets.splitlines()]
        return self.heard

    def stages(self):
        return [line["stage"] for line in self.lines() if "stage" in line]


@pytest.fixture
def at_desk(ground, tmp_path):
    """Makes other programs at the desk of the ground's session."""
    ground.desk = Desk(tmp_path / "uplink.key", LINK, DICTIONARY)
    ground.run(2.0)
    others = []

    def come():
        others.append(Other(socket_path(tmp_path / "uplink.key")))
        return others[-1]

    yield come
    ground.desk.close(ground.commander, None)
    for other in others:
        other.socket.close()


@pytest.fixture
def collecting(ground, board):
    """A collection that runs until it is aborted, and its telecommand."""
    running = []
    board.dispatcher.register(
        Collect, lambda _command, execution: (execution.start(), running.append(execution)), 900.0
    )

    def abort(_command, execution):
        running[0].fail(14, 14)
        execution.complete()

    board.dispatcher.register(Abort, abort, urgent=True)
    return ground.send(Collect(site=0, max_digs=1), timeout_s=900.0)


def test_an_abort_goes_out_at_once_and_each_is_told_its_own_end(ground, at_desk, collecting):
    ground.run(3.0)
    other = at_desk().order(Abort())
    ground.run(0.03)
    assert other.lines()[0] == {"taken": True}
    assert other.stages() == ["radiated"]
    ground.run(3.0)
    assert other.stages() == ["radiated", "frame accepted", "accepted", "started", "completed"]
    assert other.closed
    assert collecting.stage is Stage.FAILED
    assert {issued for issued, _ in ground.told} == {collecting}
    assert len({issued.request for issued, _ in ground.told}) == 1


def test_results_and_answers_go_to_who_sent_for_them(ground, board, at_desk):
    def weigh(_command, execution):
        execution.start()
        board.downlink.report(WeighingDone(mass_g=83.5, u95_g=4.25))
        execution.complete()

    board.dispatcher.register(Weigh, weigh)
    own = ground.send(ConnectionTest())
    weighs, asks = at_desk().order(Weigh()), at_desk().order(ConnectionTest())
    ground.run(4.0)
    assert weighs.stages()[-2:] == ["result", "completed"]
    (result,) = [line for line in weighs.lines() if line.get("stage") == "result"]
    tai_ns, record = decode_record(result["packet"], DICTIONARY)
    assert (tai_ns, record.mass_g, record.u95_g) == (result["tai_ns"], 83.5, 4.25)
    assert result["text"].startswith("mass 83.5 g")
    (answer,) = [line["answer"] for line in asks.lines() if "answer" in line]
    assert isinstance(decode_record(answer, DICTIONARY)[1], ConnectionAlive)
    assert not any("answer" in line for line in weighs.lines())
    assert [(asked is own, type(record)) for asked, record in ground.answers] == [(True, ConnectionAlive)]
    assert own.results == []


def test_a_bypass_is_told_from_its_first_stage(ground, at_desk):
    other = at_desk().order(ConnectionTest(), bypass=True)
    ground.run(3.0)
    assert other.stages() == ["radiated", "accepted", "started", "completed"]
    assert ground.told == []


def test_a_refusal_by_the_board_and_one_before_sending_are_told(ground, board, at_desk):
    other = at_desk().order(Stow())
    ground.run(3.0)
    assert other.lines()[-1]["text"] == "NOT_AVAILABLE (code 8): the board does not serve stow"
    board.uplink.gate.key_ident = 8
    ground.run(3.0)
    late = at_desk().order(Stow())
    ground.run(0.1)
    assert late.lines()[-1] == {"refused": "the board takes key 8, ours is key 7"}
    assert late.closed


def test_without_a_board_it_is_taken_back_in_time(ground, board, at_desk):
    ground.commander._known = False
    ground.hears = False
    other = at_desk().order(ConnectionTest(), contact_s=2.0)
    ground.run(2.1)
    assert other.lines()[-1] == {
        "stage": "not sent",
        "tai_ns": None,
        "text": "no telemetry of a board of ours within 2 s",
    }
    ground.hears = True
    ground.run(5.0)
    assert board.dispatcher.received == 0


def test_who_leaves_before_it_is_sent_takes_it_along(ground, board, at_desk):
    ground.commander._known = False
    ground.hears = False
    asked, left = at_desk(), at_desk().order(ConnectionTest())
    left.socket.close()  # before it was read
    asked.order(ConnectionTest())
    ground.run(0.1)
    asked.socket.close()  # before it was sent
    ground.run(0.1)
    ground.hears = True
    ground.run(4.0)
    assert (board.dispatcher.received, ground.told, ground.commander.under_way) == (0, [], [])


def test_who_leaves_later_leaves_it_to_the_board_and_nobody_else_is_told(ground, board, at_desk, collecting):
    other = at_desk().order(Abort())
    ground.run(0.05)
    assert other.stages() == ["radiated"]
    other.socket.close()
    ground.run(3.0)
    assert collecting.stage is Stage.FAILED
    assert {issued for issued, _ in ground.told} == {collecting}


def test_the_desk_retires_when_the_last_end_is_told(ground, at_desk, tmp_path, collecting):
    other = at_desk().order(ConnectionTest())
    ground.run(0.05)
    assert (ground.desk.under_way, ground.desk.retire()) == (1, False)
    ground.run(3.0)
    assert (other.stages()[-1], ground.desk.under_way) == ("completed", 0)
    late = at_desk()
    ground.run(0.05)
    assert ground.desk.retire()
    assert not socket_path(tmp_path / "uplink.key").exists()
    late.order(Abort())
    ground.run(0.05)
    assert (late.lines(), late.closed, collecting.stage) == ([], True, Stage.STARTED)  # it is for the next session


def test_a_session_that_ends_gives_back_what_it_has_not_sent(ground, at_desk, collecting):
    ground.run(3.0)
    sent = at_desk().order(Stow())
    ground.run(0.03)
    ground.commander.uplink.offer = lambda _unit: None  # the channel takes no more
    kept = at_desk().order(Abort())
    ground.run(0.03)
    ground.desk.close(ground.commander, None)
    assert {"returned": True} in kept.lines()
    assert kept.closed
    assert sent.lines()[-1]["stage"] == "timed out"
    assert sent.lines()[-1]["text"].startswith("the session that sent it was ended, the board goes on; last heard of: ")


def test_a_session_that_fails_says_why(ground, at_desk):
    other, silent = at_desk().order(ConnectionTest()), at_desk()
    ground.run(0.05)
    ground.desk.close(ground.commander, OSError("the link is lost"))
    assert [line for line in other.lines() if "stage" not in line] == [{"taken": True}, {"error": "the link is lost"}]
    assert (other.stages()[-1], silent.lines(), silent.closed) == ("timed out", [], True)


GOOD = json.loads(encode_order(Order(ConnectionTest(), 60.0, 30.0), LINK, DICTIONARY))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"\n", "no JSON object"),
        (b"[" * 10000 + b"\n", "no JSON object"),
        (b"\xff\xfe\x00\n", "no JSON object"),
        (b"[1]\n", "no JSON object"),
        (b"{}\n", "install the same version"),
        (encode_line(**GOOD | {"version": 2}), "install the same version"),
        (encode_line(**GOOD | {"more": 2}), "install the same version"),
        (encode_line(**GOOD | {"timeout_s": float("nan")}), "install the same version"),
        (encode_line(**GOOD | {"timeout_s": 10**400}), "install the same version"),
        (encode_line(**GOOD | {"contact_s": -1}), "install the same version"),
        (encode_line(**GOOD | {"bypass": 1}), "install the same version"),
        (encode_line(**GOOD | {"dictionary": "0" * 16}), "install the same version"),
        (encode_line(**GOOD | {"link": "socket://other:1"}), f"is on --link {LINK}, not socket://other:1"),
        (encode_line(**GOOD | {"name": "stwo"}), "no command 'stwo'"),
        (encode_line(**GOOD | {"name": "connection_alive"}), "no command"),
        (encode_line(**GOOD | {"name": "find_surface", "body": "ff"}), "site"),
        (encode_line(**GOOD | {"name": "find_surface", "body": "zz"}), "hexadecimal"),
        (encode_line(**GOOD | {"body": "00"}), "body"),
    ],
)
def test_bad_input_is_refused_and_hurts_nobody(ground, board, at_desk, line, why):
    bad, good = at_desk().say(line), at_desk().order(ConnectionTest())
    ground.run(3.0)
    (told,) = bad.lines()
    assert why in told["refused"]
    assert bad.closed
    assert (good.stages()[-1], board.dispatcher.received) == ("completed", 1)


def test_who_says_nothing_or_too_much_is_shut_out(ground, at_desk):
    silent, endless = at_desk(), at_desk().say(b"x" * (2 * ORDER_MAX))
    ground.run(0.05)
    endless.lines()
    silent.lines()
    assert (endless.closed, silent.closed) == (True, False)
    ground.run(SILENT_S)
    silent.lines()
    assert silent.closed


def test_a_crowd_is_served_in_turn(ground, at_desk):
    crowd = [at_desk() for _ in range(GUESTS_MAX)]
    ground.run(0.05)
    last = at_desk().order(ConnectionTest())
    ground.run(0.05)
    assert last.lines() == []
    for each in crowd:
        each.socket.close()
    ground.run(3.0)
    assert last.stages()[-1] == "completed"


def test_the_socket_is_for_its_owner_alone_and_a_stale_one_is_replaced(tmp_path):
    path = socket_path(tmp_path / "uplink.key")
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))
    desk = Desk(tmp_path / "uplink.key", LINK, DICTIONARY)
    assert path.stat().st_mode & 0o777 == 0o600
    Other(path).socket.close()
    desk.shut()
    assert not path.exists()


def test_where_no_socket_can_be_there_is_no_desk_and_nothing_is_removed(ground, tmp_path):
    long = tmp_path / ("x" * 100) / "uplink.key"
    long.parent.mkdir()
    taken = socket_path(tmp_path / "uplink.key")
    taken.write_text("kept")
    for key in (long, tmp_path / "uplink.key", tmp_path / "none" / "uplink.key"):
        desk = Desk(key, LINK, DICTIONARY)
        desk.step(ground.commander, 0)
        assert desk.retire()
    assert taken.read_text() == "kept"
    assert os.listdir(long.parent) == []
