"""The demonstration: one mission flown before your eyes, then everything it left, decoded and drawn."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from flight.icd.modes import Phase
from hil.lockstep import Lockstep, Result
from hil.plots import draw_mission

_ORDER = (Phase.UNSTOW, Phase.TARE, Phase.APPROACH, Phase.FIND_SURFACE, Phase.DIG, Phase.LIFT, Phase.WEIGH, Phase.STOW)


def run_demo(mission: str, seed: int, out: Path, soil: str | None = None) -> int:
    """Fly `mission` and leave frames, columns and pictures in `out`; 0 when the sample was collected."""
    console = Console()
    result = _fly(console, mission, seed, out, soil)
    (out / "result.json").write_text(json.dumps(result.as_dict(), indent=2) + "\n", encoding="ascii")
    _decode(out)
    picture = draw_mission(out, result.as_dict())
    _summary(console, result, out, picture)
    return 0 if result.result == "collected" else 1


def _fly(console: Console, mission: str, seed: int, out: Path, soil: str | None) -> Result:
    columns = (TextColumn("[progress.description]{task.description:<14}"), BarColumn(40),
               TextColumn("{task.fields[detail]}"), TimeElapsedColumn())  # fmt: skip
    with (
        Lockstep(mission, seed, out=out, soil=soil, rendered=True) as flown,
        Progress(*columns, console=console) as progress,
    ):
        progress.print(f"[bold]saji[/] flies [bold]{mission}[/], seed {seed}, in simulation")
        task = progress.add_task("setting up", total=len(_ORDER), detail="")
        for now_s in flown.run():
            phase, mass = flown.phase, flown.app.scoop.content.mass
            known = f"{mass.mass_g:5.1f} +- {mass.u95_g:.1f} g" if mass else "not weighed yet"
            done = _ORDER.index(phase) if phase in _ORDER else 0
            progress.update(
                task, completed=done, description=phase.name.lower().replace("_", " "),
                detail=f"{now_s:4.0f} s  digs {flown.app.scoop.findings.digs}  {known}",
            )  # fmt: skip
        progress.update(task, completed=len(_ORDER), description="done")
        return flown.result()


def _decode(out: Path) -> None:
    """Decode the frames with the ground's own program: nothing here knows how."""
    subprocess.run(
        [sys.executable, "-m", "ground", "decode", str(out / "frames.cadu"), "--to", str(out / "telemetry"),
         "--format", "parquet,csv"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def _summary(console: Console, result: Result, out: Path, picture: Path) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2))
    good = result.result == "collected"
    table.add_row("result", f"[bold {'green' if good else 'red'}]{result.result}[/]")
    table.add_row("mass", f"{result.mass_est_g:.1f} g +- {result.mass_u95_g:.1f} g (95 %)")
    table.add_row("truth", f"{result.mass_true_g:.1f} g in the scoop")
    table.add_row("mission time", f"{result.sim_s:.0f} s, flown in {result.wall_s:.1f} s")
    table.add_row("speed", f"{result.sim_s / result.wall_s:.0f} x real time")
    table.add_row("telemetry", f"sha256 {result.tm_sha256[:16]}...")
    console.print(table)
    console.print(f"\nlook at [bold]{picture}[/]; frames, columns and truth are in {out}/")
