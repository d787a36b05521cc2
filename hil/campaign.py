"""Many seeded missions, and whether they were what they should be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from statistics import median

from hil.cluster import fly_all
from hil.faults import parse_faults
from hil.flown import MIN_G, Row, Witness, raised
from hil.lockstep import Lockstep, check

__all__ = ["Goal", "Row", "as_dicts", "fly", "goals", "run"]


def fly(mission: str, seed: int, soil: str | None = None, faults: Sequence[str] = ()) -> Row:
    """One mission; what it raises is its result, for a campaign goes on."""
    try:
        with Lockstep(mission, seed, parse_faults(faults), soil=soil) as flown:
            witness = Witness(mission, flown)
            for _ in flown.run():
                witness.look()
            return witness.row(what=" ".join(faults))
    except Exception as error:  # noqa: BLE001 - an escaped exception is what a campaign looks for
        return raised(mission, seed, error)


@dataclass(frozen=True)
class Goal:
    """One thing that must hold of a campaign."""

    name: str
    value: str
    aim: str
    met: bool

    @classmethod
    def none(cls, name: str, count: int) -> Goal:
        """What must not be at all."""
        return cls(name, str(count), "0", count == 0)


def goals(rows: Sequence[Row]) -> list[Goal]:
    """What was reached, beside what is asked."""
    collected = [row for row in rows if row.result == "collected"]
    share = _share(row.result == "collected" for row in rows)
    inside = _share(row.inside for row in collected)
    half = median(row.mass_u95_g for row in collected) if collected else 0.0
    located = [row for row in collected if row.located]
    within = _share(row.location_error_m <= row.location_u95_m for row in located)
    dug_within = _share(row.dug_error_m <= row.dug_u95_m for row in located)
    return [
        Goal("collected", f"{share:.1f} %", ">= 97 %", share >= 97.0),
        Goal("truth within the 95 % interval", f"{inside:.1f} %", "92-98 %", 92.0 <= inside <= 98.0),
        Goal("half-width of the interval, median", f"{half:.2f} g", "<= 10 g", bool(collected) and half <= 10.0),
        Goal.none(f"claims of {MIN_G:.0f} g with less in the scoop", sum(row.false_claim for row in rows)),
        Goal("place on the Moon within its 95 % radius", f"{within:.1f} %", ">= 92 %", within >= 92.0),
        Goal("95 % of the material from within the radius told", f"{dug_within:.1f} %", ">= 92 %", dug_within >= 92.0),
        Goal.none("collected without a place", len(collected) - len(located)),
        Goal.none("unsafe by the truth (torque, burial, heat, keep-out)", sum(bool(row.unsafe) for row in rows)),
        Goal.none("of them inside a keep-out box", sum(row.keep_out_m > 0.0 for row in rows)),
        Goal.none(
            "ended neither collected nor safe with a reason",
            sum(row.result not in ("collected", "safe") or (row.result == "safe" and not row.reason) for row in rows),
        ),
        Goal.none("exceptions and overruns", sum(row.exceptions + row.overruns for row in rows)),
    ]


def _share(held: Iterable[bool]) -> float:
    """Of what holds, in per cent; 0 of nothing."""
    each = list(held)
    return 100.0 * sum(each) / len(each) if each else 0.0


def run(
    mission: str, seeds: Iterable[int], scheduler: str | None = None, soil: str | None = None,
    faults: Sequence[str] = (), workers: int | None = None,
) -> Iterator[Row]:  # fmt: skip
    """Fly `mission` with each of `seeds`; rows come as they are done. Wrong input is told before anything is flown."""
    check(mission, soil)
    parse_faults(faults)
    yield from fly_all(partial(fly, mission, soil=soil, faults=tuple(faults)), list(seeds), scheduler, workers)


def as_dicts(rows: Iterable[Row]) -> list[dict[str, object]]:
    """Rows by seed, as they are stored."""
    return [asdict(row) for row in sorted(rows, key=lambda row: (row.mission, row.seed, row.what))]
