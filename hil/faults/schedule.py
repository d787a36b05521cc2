"""Planned faults brought about at their time, and ended."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from hil.faults.fault import Changing, PlannedFault
from hil.faults.site import FaultError, Part, Site, Undo


def refuse_impossible(planned: Iterable[PlannedFault], site: Site) -> None:
    """Raises `FaultError`, with a line for each fault that can't be brought about here."""
    parts, ids = site.parts, [servo.id for servo in site.servo_bus.servos]
    lines = []
    for each in planned:
        if each.fault.part not in parts:
            here = ", ".join(part.value for part in Part if part in parts)
            lines.append(f"fault {str(each)!r}: there is no {each.fault.part.value} here; what can fail: {here}")
        elif each.fault.of_servo and each.where and int(each.where) not in ids:
            lines.append(f"fault {str(each)!r}: there is no servo {each.where}; ids: {', '.join(map(str, ids))}")
    if lines:
        raise FaultError("\n".join(lines))


class FaultSchedule:
    """Brings planned faults about on a bench and ends them, as bench time and phases go by.

    `phase()` is not asked before the first `step`; what is planned for 0 s is there from the start. Raises
    `FaultError`, and nothing has been brought about, when one of the faults can't act here.
    """

    __slots__ = ("_active", "_phase", "_site", "_waiting", "history")

    def __init__(self, planned: Iterable[PlannedFault], site: Site, phase: Callable[[], str]) -> None:
        self._waiting = list(planned)
        self._site = site
        self._phase = phase
        self._active: list[tuple[int | None, PlannedFault, Undo]] = []
        self.history: list[tuple[int, str, str]] = []
        """(bench time in ns, "applied" or "cleared", the fault as planned), in order."""
        refuse_impossible(self._waiting, site)
        self._begin_due(0, "")

    def add(self, planned: PlannedFault) -> None:
        """Plan one more, which begins at once when it is due; raises `FaultError` when it can't act here."""
        refuse_impossible([planned], self._site)
        self._waiting.append(planned)
        self._begin_due(self._site.now_ns, "")

    @property
    def active(self) -> list[str]:
        """The faults at work now."""
        return [str(planned) for _, planned, _ in self._active]

    @property
    def waiting(self) -> list[PlannedFault]:
        """The faults that have not begun yet."""
        return list(self._waiting)

    def step(self, now_ns: int) -> None:
        """End what has lasted its time, let the others go on, begin what is due at `now_ns`."""
        self._site.now_ns = now_ns
        if self._active:
            self._end_due(now_ns)
            for _, _, undo in self._active:
                if isinstance(undo, Changing):
                    undo.step(now_ns)
        if self._waiting:
            self._begin_due(now_ns, self._phase())

    def _end_due(self, now_ns: int) -> None:
        for entry in [entry for entry in self._active if entry[0] is not None and entry[0] <= now_ns]:
            _, planned, undo = entry
            undo()
            self._active.remove(entry)
            self.history.append((now_ns, "cleared", str(planned)))

    def _begin_due(self, now_ns: int, phase: str) -> None:
        now_s = now_ns * 1e-9
        due = [p for p in self._waiting if p.phase == phase or (p.at_s is not None and p.at_s <= now_s)]
        for planned in due:
            self._waiting.remove(planned)
            end_ns = None if math.isinf(planned.duration_s) else now_ns + round(planned.duration_s * 1e9)
            self._active.append((end_ns, planned, planned.fault.begin(self._site, planned.where)))
            self.history.append((now_ns, "applied", str(planned)))
