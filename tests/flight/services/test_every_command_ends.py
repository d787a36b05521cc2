"""Whatever is asked of the services, in whatever order: nothing raises, and every telecommand ends, once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.functions import RebootServo, Stow, TorqueOff
from flight.icd.embedded import EMBEDDED_SIZE
from flight.icd.space_packet import TcPacket, build_tc, encode_tc
from flight.recorder.null import NullRecorder
from flight.services.events import EventService
from flight.services.schedule import TimeSchedule
from flight.services.sequences import TIMEOUT_S, Sequences
from flight.services.storage import RETRIEVAL_TIMEOUT_S, StorageService
from flight.services.time_reporting import TimeReporting

S = 1_000_000_000
SERVICES = {1, 3, 5, 8, 9, 11, 15, 17, 21}
KINDS = sorted(
    (kind for key, kind in mission_dictionary().commands.items() if key[0] in SERVICES), key=lambda kind: kind.__name__
)


def build(new_board):
    """A board with all services; functions of the arm fail, succeed, or never end."""
    board = new_board()
    events = EventService()
    events.connect(board.report)
    emit = events.emit
    steps = [events, board.dispatcher]
    dispatcher = board.dispatcher
    schedule = TimeSchedule(dispatcher, board.report, board.time, emit)
    sequences = Sequences(dispatcher, emit)
    storage = StorageService(NullRecorder(), lambda _packet: True, board.report, emit)
    reporting = TimeReporting(board.report, board.time, emit)
    for service in (events, schedule, sequences, storage, reporting):
        service.serve(dispatcher)
    dispatcher.register(Stow, lambda _command, _execution: None)
    dispatcher.register(TorqueOff, lambda _command, execution: execution.complete())
    dispatcher.register(RebootServo, lambda _command, execution: execution.fail(15))
    return board, [*steps, schedule, sequences, storage, reporting]


@st.composite
def values(draw, kind):
    """Values that the declaration of `kind` allows; telecommands inside are real ones, mostly."""
    found = {}
    for name, field in kind.fields.items():
        if field.count == EMBEDDED_SIZE:
            inside = draw(st.one_of(telecommands().map(lambda command: encode_tc(command, 9)), st.binary(max_size=40)))
            inside = inside if len(inside) <= EMBEDDED_SIZE else b""
            found[name] = tuple(inside) + (0,) * (EMBEDDED_SIZE - len(inside))
        elif field.count > 1:
            found[name] = tuple(draw(st.binary(min_size=field.count, max_size=field.count)))
        elif field.enum is not None:
            found[name] = draw(st.sampled_from(list(field.enum)))
        elif field.is_float:
            low, high = field.range
            found[name] = draw(st.floats(max(low, -1e6), min(high, 1e6), exclude_min=True, exclude_max=True))
        else:
            low, high = (int(bound) for bound in field.range)
            found[name] = draw(st.one_of(st.integers(low, min(high, low + 20)), st.integers(low, high)))
    return found


@st.composite
def telecommands(draw):
    kind = draw(st.sampled_from(KINDS))
    if any(field.count == EMBEDDED_SIZE for field in kind.fields.values()) and draw(st.booleans()):
        return kind()
    return kind(**draw(values(kind)))


def run(board, steps, begin_ns, seconds, every_s):
    now_ns = begin_ns
    for _ in range(int(seconds / every_s)):
        board.time.step(now_ns)
        for service in steps:
            service.step(now_ns)
        now_ns += round(every_s * S)
    return now_ns


@settings(max_examples=60)
@given(st.lists(st.tuples(telecommands(), st.sampled_from((0, 0.02, 3))), max_size=25))
def test_every_telecommand_ends_once(new_board, asked):
    board, steps = build(new_board)
    now_ns = 0
    for sequence, (command, wait_s) in enumerate(asked):
        board.dispatcher.accept(encode_tc(command, sequence), now_ns)
        now_ns = run(board, steps, now_ns, wait_s, 0.01 if wait_s < 1 else 1)
    told = board.dispatcher.verification
    assert told.accepted + told.refused >= len(asked)
    now_ns = run(board, steps, now_ns, 2 * max(TIMEOUT_S, RETRIEVAL_TIMEOUT_S), 120)
    assert board.dispatcher.running == 0
    assert told.accepted == told.completed + told.failed


@given(st.sampled_from(KINDS), st.binary(max_size=EMBEDDED_SIZE + 20))
def test_no_body_makes_a_service_raise(new_board, kind, body):
    board, _ = build(new_board)
    ident = b"" if kind.ident is None else kind.ident.to_bytes(2, "big")
    board.dispatcher.accept(build_tc(TcPacket(0x042, 1, 15, kind.service, kind.subtype, 1, ident + body)), 0)
    told = board.dispatcher.verification
    assert told.accepted + told.refused == 1
