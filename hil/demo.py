"""The demonstration: missions flown before your eyes, then everything they left, decoded, drawn and told on a page."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from flight.icd.modes import Phase
from flight.icd.platform import Platform
from hil.config import load_bench
from hil.faults import PlannedFault
from hil.lockstep import Lockstep, Result, servo_names
from hil.report.drawing import draw_mission
from hil.report.page import LEAST_G, write_page
from hil.report.record import Record

MISSIONS = ("m1_lander", "m2_rover")
_ORDER = (
    Phase.PICTURE_BEFORE, Phase.UNSTOW, Phase.TARE, Phase.APPROACH, Phase.FIND_SURFACE, Phase.DIG,
    Phase.PICTURE_COLLECTION, Phase.LIFT, Phase.WEIGH, Phase.PICTURE_MATERIAL, Phase.STOW, Phase.PICTURE_AFTER,
)  # fmt: skip
"""How far the progress display has come."""


def run_demo(
    missions: Sequence[str], seed: int, out: Path, soil: str | None = None, *, rendered: bool = True
) -> int:  # fmt: skip
    """Fly `missions`; leave a folder of each and `report.html` in `out`; 0 when all samples were collected.

    `rendered` is as of `Lockstep`.

    A wrong mission or soil, and a folder that can't be made, are told before anything is flown.
    """
    platforms = [load_bench(mission, soil)[0] for mission in missions]
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(f"no frames and no truth can be left in {out}: {error.strerror}") from None
    console = Console()
    results: list[Result] = []
    flown: list[tuple[Record, Platform]] = []
    console.print(f"[bold]saji[/] flies [bold]{' and '.join(missions)}[/], seed {seed}, in simulation")
    with _progress(console) as progress:
        tasks = [progress.add_task(mission, total=len(_ORDER) + 1, detail="", step="waits") for mission in missions]
        for task, mission, platform in zip(tasks, missions, platforms, strict=True):
            folder = out / platform.mission.name
            progress.update(task, step="is set up")
            results.append(fly_into(folder, mission, seed, soil, watch=_show(progress, task), rendered=rendered))
            progress.update(task, step="is drawn")
            told = Record(folder)
            draw_mission(told, platform.mission.platform, LEAST_G)
            flown.append((told, platform))
            progress.update(task, completed=len(_ORDER) + 1, step="done")
    page = write_page(out, flown)
    console.print(_summary([platform.mission.name for platform in platforms], results))
    console.print(f"\nlook at [bold]{page}[/]; frames, columns, pictures and truth are in the folders beside it")
    return 0 if all(result.result == "collected" for result in results) else 1


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<10}"), BarColumn(30), TextColumn("{task.fields[step]:<14}"),
        TextColumn("{task.fields[detail]}"), TimeElapsedColumn(), console=console,
    )  # fmt: skip


def fly_into(
    folder: Path, mission: str, seed: int, soil: str | None = None, faults: Sequence[PlannedFault] = (),
    watch: Callable[[Lockstep, float], None] | None = None, *, rendered: bool = True,
) -> Result:  # fmt: skip
    """Fly one mission and leave in `folder` all that a page of it is made of; `watch` sees it once a second.

    What an earlier flight has left there goes.
    """
    for old in [*folder.glob("pictures/*.jpg"), *folder.glob("telemetry/*.csv"), *folder.glob("telemetry/*.parquet")]:
        old.unlink()
    with Lockstep(mission, seed, faults, folder, soil, rendered=rendered) as flown:
        for now_s in flown.run():
            if watch is not None:
                watch(flown, now_s)
        result = flown.result()
        peaks_nm = flown.bench.plant.truth.joint_peak_nm
        keep_out_where = flown.bench.plant.nearness.where
        limits_nm = [joint.max_torque_nm for joint in flown.config.joint]
        names = servo_names(flown.config)
    allowed = [*limits_nm, *[None] * (len(names) - len(limits_nm))]  # wheels have none
    peaks = {name: (round(peak, 4), most) for name, peak, most in zip(names, peaks_nm, allowed, strict=True)}
    told = {
        "mission": mission,
        "seed": seed,
        "soil": soil,
        "rendered": rendered,
        **result.as_dict(),
        "joint_peak_nm": peaks,
        "keep_out_where": keep_out_where,
    }
    (folder / "result.json").write_text(json.dumps(told, indent=2) + "\n", encoding="ascii")
    _decode(folder)
    return result


def _show(progress: Progress, task: TaskID) -> Callable[[Lockstep, float], None]:
    """What the progress display says of a mission once a second."""

    def watch(flown: Lockstep, now_s: float) -> None:
        phase, content = flown.phase, flown.app.scoop.content
        known = f"{content.mass.mass_g:5.1f} +- {content.mass.u95_g:.1f} g" if content.mass else "not weighed yet"
        progress.update(
            task, completed=_ORDER.index(phase) if phase in _ORDER else None, step=phase.name.lower().replace("_", " "),
            detail=f"{now_s:4.0f} s  digs {flown.app.scoop.findings.digs}  {known}",
        )  # fmt: skip

    return watch


def _decode(folder: Path) -> None:
    """Decode the frames with the ground's own program: nothing here knows how."""
    subprocess.run(
        [sys.executable, "-m", "ground", "decode", str(folder / "frames.cadu"), "--to", str(folder / "telemetry"),
         "--format", "parquet,csv"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def _summary(missions: Sequence[str], results: Sequence[Result]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=True, header_style="dim")
    table.add_column("")
    for mission in missions:
        table.add_column(mission)
    good = ["green" if result.result == "collected" else "red" for result in results]
    table.add_row("result", *(f"[bold {colour}]{each.result}[/]" for colour, each in zip(good, results, strict=True)))
    table.add_row("mass", *(f"{result.mass_est_g:.1f} g +- {result.mass_u95_g:.1f} g (95 %)" for result in results))
    table.add_row("truth", *(f"{result.mass_true_g:.1f} g in the scoop" for result in results))
    table.add_row("mission time", *(f"{each.sim_s:.0f} s, flown in {each.wall_s:.1f} s" for each in results))
    table.add_row("telemetry", *(f"sha256 {result.tm_sha256[:16]}..." for result in results))
    return table
