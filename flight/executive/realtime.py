"""Real-time set-up: what keeps the release jitter small, as far as the system permits.

Each measure stands alone; one that is refused is an event, and the program runs on without it.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import os
import resource
from collections.abc import Callable
from dataclasses import dataclass

from flight.icd.events.executive import RealTimeDegraded, RealTimeReady, RealTimeStep
from flight.icd.kinds import Emit

_MCL_CURRENT, _MCL_FUTURE = 1, 2  # sys/mman.h
_PR_SET_TIMERSLACK = 29  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class RealTimePlan:
    """What is wanted: SCHED_FIFO priority, processors to stay on (none given: any), timer slack."""

    priority: int = 50
    processors: frozenset[int] = frozenset()
    timer_slack_ns: int = 1


Measure = Callable[[RealTimePlan], None]
"""Puts one measure in force; raises `OSError` when refused."""


def take_scheduler(plan: RealTimePlan) -> None:
    """SCHED_FIFO, not inherited by the processes we start."""
    os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(plan.priority))


def lock_memory(plan: RealTimePlan) -> None:  # noqa: ARG001  all measures have one form
    """Keep every page in memory, so that none has to be fetched in a minor frame.

    Future pages are locked only where no limit applies: past a limit allocation itself would fail.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (hard, hard))
    unlimited = hard == resource.RLIM_INFINITY or os.geteuid() == 0
    _libc("mlockall", _MCL_CURRENT | (_MCL_FUTURE if unlimited else 0))


def still_collector(plan: RealTimePlan) -> None:  # noqa: ARG001
    """Collect once, keep what is there out of every later collection, and collect no more: flight makes no cycles."""
    gc.collect()
    gc.freeze()
    gc.disable()


def pin(plan: RealTimePlan) -> None:
    """Stay on the processors of the plan, if it names any."""
    if plan.processors:
        os.sched_setaffinity(0, plan.processors)


def tighten_timers(plan: RealTimePlan) -> None:
    """Let the kernel delay our timers by no more than the plan's slack (its default is 50 us)."""
    _libc("prctl", _PR_SET_TIMERSLACK, plan.timer_slack_ns, 0, 0, 0)


MEASURES: tuple[tuple[RealTimeStep, Measure], ...] = (
    (RealTimeStep.AFFINITY, pin),
    (RealTimeStep.TIMER_SLACK, tighten_timers),
    (RealTimeStep.COLLECTOR, still_collector),
    (RealTimeStep.MEMORY, lock_memory),
    (RealTimeStep.SCHEDULER, take_scheduler),
)


def set_up(
    plan: RealTimePlan, emit: Emit, measures: tuple[tuple[RealTimeStep, Measure], ...] = MEASURES
) -> frozenset[RealTimeStep]:
    """Put the plan in force; call it when everything is allocated and before the loop. Returns what was achieved."""
    achieved = set()
    for step, measure in measures:
        try:
            measure(plan)
        except OSError as error:
            emit(RealTimeDegraded(step=step, errno=error.errno or 0))
        except ValueError:  # a limit or processor the system does not know
            emit(RealTimeDegraded(step=step, errno=errno.EINVAL))
        else:
            achieved.add(step)
    emit(RealTimeReady(achieved=sum(1 << step for step in achieved)))
    return frozenset(achieved)


def _libc(name: str, *arguments: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    try:
        function = library[name]
    except AttributeError:
        raise OSError(errno.ENOSYS, f"{name} is not in the C library") from None
    if function(*(ctypes.c_ulong(argument) for argument in arguments)) != 0:
        raise OSError(ctypes.get_errno(), f"{name} was refused")
