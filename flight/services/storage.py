"""PUS service 15: packets stored on board, and sent again when the ground asks for a time it has missed.

Packets are stored as they are made, those that find no room on the link among them. Nothing here waits for storage:
what is made within a second goes to the recorder in one record, and what comes back is asked for a few packets at a
time, the next when the downlink has taken the last.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from flight.icd.commands.storage import (
    AbortRetrieval,
    DeleteStored,
    DisableStorage,
    EnableStorage,
    ReportStore,
    StartRetrieval,
)
from flight.icd.events.services import RetrievalEnded
from flight.icd.kinds import Emit
from flight.icd.reports.storage import PacketStoreId, StoreSummary
from flight.icd.reports.verification import FailureCode
from flight.recorder.packet_store import CAPACITY, boundaries
from flight.recorder.questions import Answer, Operation, Question, split_time_code, time_code
from flight.recorder.records import Kind, Recorder
from flight.services.dispatcher import Dispatcher
from flight.services.verification import Execution, Report

FLUSH_NS = 1_000_000_000
FLUSH_OCTETS = 8 * 1024
RETRIEVAL_TIMEOUT_S = 6 * 3600.0
ANSWER_NS = 2_000_000_000
"""A question that is not answered within so long is asked again."""
TRIES = 5
HANDED_OVER = 16
"""Packets handed to the downlink in one step at most."""
_SERVICE = 7
_HOUSEKEEPING = 3


class _Inquiry:
    """A telecommand whose answer comes from the recorder: asked, and asked again when it does not come."""

    __slots__ = ("_asked_ns", "execution", "question", "tries")

    def __init__(self, execution: Execution, question: Question) -> None:
        self.execution = execution
        self.question = question
        self.tries = 0
        self._asked_ns = 0

    def ask(self, recorder: Recorder, now_ns: int) -> bool:
        """Ask when it is time to; whether there is still hope."""
        if self.tries and now_ns - self._asked_ns < ANSWER_NS:
            return True
        if self.tries >= TRIES:
            return False
        self.tries += 1
        self._asked_ns = now_ns
        recorder.ask(self.question, now_ns)
        return True


class StorageService:
    """Keeps the packet stores in the recorder, and plays them back by `playback(packet)`, which says whether it took
    the packet.
    """

    __slots__ = (
        "_buffers", "_emit", "_enabled", "_flush_ns", "_inquiry", "_packets", "_playback", "_recorder", "_report",
        "_retrieval", "_serial", "_waiting", "lost", "retrieved",
    )  # fmt: skip

    def __init__(self, recorder: Recorder, playback: Callable[[bytes], bool], report: Report, emit: Emit) -> None:
        self._recorder = recorder
        self._playback = playback
        self._report = report
        self._emit = emit
        self._enabled = dict.fromkeys(PacketStoreId, True)
        self._buffers = {store: bytearray() for store in PacketStoreId}
        self._flush_ns = 0
        self._serial = 0
        self._inquiry: _Inquiry | None = None
        self._retrieval: _Inquiry | None = None
        self._waiting: deque[bytes] = deque()  # bounded by one answer
        self._packets = 0
        self.lost = 0
        """Octets of packets the recorder did not take."""
        self.retrieved = 0
        """Packets handed to the downlink again."""

    @property
    def retrieving(self) -> bool:
        """Whether a retrieval runs."""
        return self._retrieval is not None

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the telecommands of this service."""
        dispatcher.register(EnableStorage, self._enable)
        dispatcher.register(DisableStorage, self._disable)
        dispatcher.register(StartRetrieval, self._start, RETRIEVAL_TIMEOUT_S)
        dispatcher.register(AbortRetrieval, self._abort, urgent=True)
        dispatcher.register(DeleteStored, self._delete, 15.0)
        dispatcher.register(ReportStore, self._summarize, 15.0)

    def store(self, packet: bytes, now_ns: int) -> None:
        """Take a telemetry packet as it is made."""
        number = PacketStoreId.HOUSEKEEPING if packet[_SERVICE] == _HOUSEKEEPING else PacketStoreId.REPORTS
        if self._enabled[number]:
            buffer = self._buffers[number]
            buffer += packet
            if len(buffer) >= FLUSH_OCTETS:
                self._flush(number, now_ns)

    def step(self, now_ns: int) -> None:
        """Hand over what was gathered, ask and take answers, hand packets to the downlink."""
        if now_ns >= self._flush_ns:
            self._flush_ns = now_ns + FLUSH_NS
            self.flush(now_ns)
        if self._inquiry is not None or self._retrieval is not None:
            self._hear(now_ns)
            self._inquire(now_ns)
            self._retrieve(now_ns)

    def flush(self, now_ns: int) -> None:
        """Hand over what was gathered."""
        for number in PacketStoreId:
            self._flush(number, now_ns)

    def _flush(self, number: PacketStoreId, now_ns: int) -> None:
        buffer = self._buffers[number]
        if buffer:
            if not self._recorder.append(Kind.PACKETS, bytes((number,)) + buffer, now_ns):
                self.lost += len(buffer)
            buffer.clear()

    def _hear(self, now_ns: int) -> None:
        answer = self._recorder.answer()
        inquiry, retrieval = self._inquiry, self._retrieval
        if answer is None:
            return
        if inquiry is not None and answer.serial == inquiry.question.serial:
            self._inquiry = None
            self._tell(answer, inquiry.execution)
        elif retrieval is not None and answer.serial == retrieval.question.serial:
            self._waiting.extend(answer.packets[at:end] for at, end in boundaries(answer.packets))
            retrieval.tries = 0
            retrieval.question = retrieval.question._replace(
                place=answer.place, serial=0 if answer.ended else self._next_serial()
            )

    def _inquire(self, now_ns: int) -> None:
        inquiry = self._inquiry
        if inquiry is None:
            return
        if not inquiry.execution.ended and not inquiry.ask(self._recorder, now_ns):
            inquiry.execution.fail(FailureCode.NOT_AVAILABLE)
        if inquiry.execution.ended:
            self._inquiry = None

    def _retrieve(self, now_ns: int) -> None:
        retrieval = self._retrieval
        if retrieval is None:
            return
        if retrieval.execution.ended:  # its time-out
            self._end()
            return
        for _ in range(HANDED_OVER):
            if not self._waiting:
                break
            if not self._playback(self._waiting[0]):
                return
            self._waiting.popleft()
            self._packets += 1
            self.retrieved += 1
        if self._waiting:
            return
        if not retrieval.question.serial:
            retrieval.execution.complete()
            self._end(whole=True)
        elif not retrieval.ask(self._recorder, now_ns):
            retrieval.execution.fail(FailureCode.NOT_AVAILABLE)
            self._end()

    def _end(self, whole: bool = False) -> None:
        retrieval, self._retrieval = self._retrieval, None
        self._waiting.clear()
        if retrieval is not None:
            self._emit(RetrievalEnded(store=retrieval.question.store, packets=self._packets, whole=int(whole)))

    def _tell(self, answer: Answer, execution: Execution) -> None:
        retrieval = self._retrieval
        oldest, newest = split_time_code(answer.first), split_time_code(answer.last)
        store = PacketStoreId(answer.store)
        self._report(
            StoreSummary(
                store=store,
                enabled=int(self._enabled[store]),
                retrieving=int(retrieval is not None and retrieval.question.store == store),
                packets=answer.held,
                octets=answer.octets,
                filled=min(answer.octets * 100 // CAPACITY, 100),
                oldest_seconds=oldest[0],
                oldest_fraction=oldest[1],
                newest_seconds=newest[0],
                newest_fraction=newest[1],
            )
        )
        execution.complete()

    def _next_serial(self) -> int:
        """1..65535; 0 stands for no question."""
        self._serial = self._serial % 0xFFFF + 1
        return self._serial

    def _enable(self, command: EnableStorage, execution: Execution) -> None:
        self._enabled[command.store] = True
        execution.complete()

    def _disable(self, command: DisableStorage, execution: Execution) -> None:
        self._enabled[command.store] = False
        execution.complete()

    def _start(self, command: StartRetrieval, execution: Execution) -> None:
        begin = time_code(command.from_seconds, command.from_fraction)
        end = time_code(command.to_seconds, command.to_fraction)
        if self._retrieval is not None:
            execution.fail(FailureCode.BUSY)
        elif end < begin:
            execution.fail(FailureCode.BAD_VALUE, list(command.fields).index("to_seconds"))
        else:
            self.flush(execution.begun_ns)
            execution.start()
            self._packets = 0
            question = Question(Operation.READ, command.store, self._next_serial(), 0, begin, end)
            self._retrieval = _Inquiry(execution, question)

    def _abort(self, command: AbortRetrieval, execution: Execution) -> None:
        retrieval = self._retrieval
        if retrieval is None or retrieval.question.store != command.store:
            execution.fail(FailureCode.NOT_ALLOWED)
            return
        execution.start()
        retrieval.execution.fail(FailureCode.ABORTED)
        self._end()
        execution.complete()

    def _delete(self, command: DeleteStored, execution: Execution) -> None:
        end = time_code(command.to_seconds, command.to_fraction)
        self._begin(execution, Question(Operation.DELETE, command.store, self._next_serial(), end=end))

    def _summarize(self, command: ReportStore, execution: Execution) -> None:
        self._begin(execution, Question(Operation.SUMMARIZE, command.store, self._next_serial()))

    def _begin(self, execution: Execution, question: Question) -> None:
        if self._inquiry is not None and not self._inquiry.execution.ended:
            execution.fail(FailureCode.BUSY)
            return
        self.flush(execution.begun_ns)
        execution.start()
        self._inquiry = _Inquiry(execution, question)
