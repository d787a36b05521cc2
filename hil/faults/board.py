"""Faults of the flight computer's clock and storage."""

from __future__ import annotations

from collections.abc import Callable

from hil.faults.fault import Begin, Fault
from hil.faults.site import Board, Part, Undo, present

STEP_S = 3600.0
RECORDS_A_SECOND = 2


def _on_board(fail: Callable[[Board], Undo]) -> Begin:
    return lambda site, _where: fail(present(site.board))


def _clock(name: str, meaning: str, by_s: float) -> Fault:
    return Fault(name, "clock", meaning, 20.0, _on_board(lambda board: board.step_clock(by_s)), Part.BOARD,
                 "on-board time", alone=True)  # fmt: skip


def _storage(name: str, meaning: str, duration_s: float, fail: Callable[[Board], Undo]) -> Fault:
    return Fault(name, "storage", meaning, duration_s, _on_board(fail), Part.BOARD, "storage", alone=True)


BOARD_FAULTS: tuple[Fault, ...] = (
    _clock("clock_forward", f"the on-board time is set {STEP_S:.0f} s ahead, then right again", STEP_S),
    _clock("clock_back", f"the on-board time is set {STEP_S:.0f} s back, then right again", -STEP_S),
    _clock("leap_second", "the on-board time is one second off, as when a leap second is missed", 1.0),
    _storage("storage_full", "no room is left on the storage", 20.0, lambda board: board.fill_storage()),
    _storage("storage_error", "writing to the storage fails", 20.0, lambda board: board.break_storage()),
    _storage("storage_slow", f"the storage takes {RECORDS_A_SECOND} records a second, and others are dropped", 20.0,
             lambda board: board.slow_storage(RECORDS_A_SECOND)),
)  # fmt: skip
"""Those of clock and storage."""
