"""Release jitter at 100 Hz: the executive beside a C loop on clock_nanosleep, both in this run.

    python tests/bench/release_jitter.py --seconds 20

How late each 10 ms release comes, in turns of a second so that both meet the same disturbances. Both processes ask for
the same real-time set-up (SCHED_FIFO, locked memory, 1 ns timer slack) and say what they got. Aim: p99 within 1.2 x.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flight.executive.clocks import RealClock
from flight.executive.loop import Executive
from flight.executive.realtime import RealTimePlan, set_up
from flight.executive.schedule import Schedule, Slot
from flight.executive.watchdog import SystemdWatchdog
from flight.icd.events.executive import RealTimeDegraded
from flight.icd.kinds import Event

C_LOOP = r"""
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>

int main(int argc, char **argv) {
    long rounds = atol(argv[1]), frames = atol(argv[2]);
    struct sched_param param = {.sched_priority = 50};
    prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    mlockall(MCL_CURRENT | MCL_FUTURE);
    sched_setscheduler(0, SCHED_FIFO, &param);
    for (long round = 0; round < rounds; round++) {
        if (getchar() == EOF) return 1;
        struct timespec until, now;
        clock_gettime(CLOCK_MONOTONIC, &until);
        for (long n = 0; n < frames; n++) {
            until.tv_nsec += 10000000;
            if (until.tv_nsec >= 1000000000) { until.tv_nsec -= 1000000000; until.tv_sec++; }
            clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
            clock_gettime(CLOCK_MONOTONIC, &now);
            printf("%ld\n", (now.tv_sec - until.tv_sec) * 1000000000L + now.tv_nsec - until.tv_nsec);
        }
        fflush(stdout);
    }
    return 0;
}
"""
FRAMES = 100
"""Releases in one turn."""


@contextmanager
def c_loop(rounds: int) -> Iterator[subprocess.Popen[bytes]]:
    """The C loop, compiled and waiting for its first turn."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "loop"
        compiler = os.environ.get("CC", "cc")
        subprocess.run([compiler, "-O2", "-x", "c", "-", "-o", program], input=C_LOOP.encode(), check=True)
        with subprocess.Popen(
            [program, str(rounds), str(FRAMES)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            yield process


def c_turn(process: subprocess.Popen[bytes]) -> list[int]:
    """One turn of the C loop: lateness in nanoseconds."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"\n")
    process.stdin.flush()
    return [int(process.stdout.readline()) for _ in range(FRAMES)]


class NotingClock(RealClock):
    """The real clock; keeps the latest release."""

    __slots__ = ("release_ns",)

    def sleep_until(self, deadline_ns: int) -> None:
        """Sleep as the real one does."""
        self.release_ns = deadline_ns
        super().sleep_until(deadline_ns)


class OurLoop:
    """The executive with one activity, which notes how late its minor frame began."""

    def __init__(self) -> None:
        self.late_ns: list[int] = []
        self.clock = NotingClock()
        schedule = Schedule(Slot(self.note, 1, 0, 100))
        self.executive = Executive(schedule, self.clock, SystemdWatchdog(None, 0), lambda event: None)

    def note(self, now_ns: int) -> None:
        """The activity."""
        self.late_ns.append(now_ns - self.clock.release_ns)

    def turn(self) -> list[int]:
        """One turn of the executive: lateness in nanoseconds. The first release is its start, not a sleep's end."""
        self.late_ns.clear()
        self.executive.run(lambda: len(self.late_ns) > FRAMES)
        return self.late_ns[1:]


def quantile(late_ns: list[int], share: float) -> float:
    """In microseconds; the nearest rank."""
    return sorted(late_ns)[min(len(late_ns) - 1, int(share * len(late_ns)))] / 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=20, help="seconds of both together (default 20)")
    rounds = max(1, parser.parse_args().seconds // 2)
    refused: list[Event] = []
    c_late: list[int] = []
    our_late: list[int] = []
    with c_loop(rounds) as process:
        ours = OurLoop()
        granted = set_up(RealTimePlan(), refused.append)
        for _ in range(rounds):
            c_late += c_turn(process)
            our_late += ours.turn()
    for event in refused:
        if isinstance(event, RealTimeDegraded):
            print(f"not granted: {event.step.name} ({os.strerror(event.errno)})")
    print(f"granted: {', '.join(sorted(step.name for step in granted))}")
    print(f"{len(c_late)} releases of each, lateness in us")
    print(f"{'':>6}  {'C loop':>8}  {'ours':>8}  ratio")
    for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0)):
        c_us, our_us = quantile(c_late, share), quantile(our_late, share)
        print(f"{name:>6}  {c_us:>8.1f}  {our_us:>8.1f}  {our_us / c_us:>5.2f}")
    print(f"late {ours.executive.late}, skipped {ours.executive.skipped}, overrun {ours.executive.timing.overruns}")


if __name__ == "__main__":
    main()
