"""`saji-hil`: the bench from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from flight.icd.mission_file import MissionError

if TYPE_CHECKING:
    from hil.campaign import Goal
    from hil.flown import Row

ERRORS = (MissionError, ValueError, OSError)
"""What a user's input can bring about: told in a line each, exit code 2."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="saji")
def cli() -> None:
    """Bench for the sampling scoop: simulated missions, and devices on serial lines."""


mission_option = click.option("--mission", default="m1_lander", show_default=True, help="Built-in name or TOML file.")
seed_option = click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Draws the truth.")
soil_option = click.option("--soil", metavar="NAME", help="Another ground than the mission's; see `saji-hil soils`.")
fault_option = click.option("--fault", "faults", multiple=True, metavar="NAME@WHEN", help="See `saji-hil faults`.")


@cli.command()
@mission_option
@seed_option
@soil_option
@fault_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where frames, truth and pictures are left.",
)
@click.option(
    "--chart", is_flag=True, help="The camera sees a test chart instead of the scene, as in campaigns: much faster."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def fly(
    mission: str, seed: int, soil: str | None, faults: Sequence[str], out: Path | None, chart: bool, as_json: bool
) -> None:  # fmt: skip
    """Fly one mission in lockstep: flight software against the bench, in virtual time."""
    from hil.faults import parse_faults
    from hil.lockstep import Lockstep

    with Lockstep(mission, seed, parse_faults(faults), out, soil, rendered=not chart) as flown:
        for now_s in flown.run():
            if not as_json and sys.stderr.isatty():
                click.echo(f"\r{now_s:7.0f} s  {flown.phase.name.lower():<14}", nl=False, err=True)
        result = flown.result()
    if as_json:
        click.echo(json.dumps(result.as_dict()))
    else:
        click.echo("\r" + result.as_text())
    sys.exit(0 if result.result in ("collected", "safe") else 1)


@cli.command()
@click.option("--mission", help="Only this one: built-in name or TOML file.  [default: m1_lander and m2_rover]")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=2,
    show_default=True,
    help="Draws the truth; with 2 the lander digs twice.",
)
@soil_option
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("out/demo"), show_default=True)
def demo(mission: str | None, seed: int, soil: str | None, out: Path) -> None:
    """Fly both missions with a progress display; leaves frames, decoded columns, pictures and `report.html`."""
    from hil.demo import MISSIONS, run_demo

    sys.exit(run_demo([mission] if mission else MISSIONS, seed, out, soil))


@cli.command()
@mission_option
@seed_option
@soil_option
@fault_option
@click.option("--wire", type=click.Choice(["paced", "fast"]), default="paced", show_default=True)
@click.option("--joints", metavar="DEVICE", help="A real serial device on which the bench plays the servos.")
@click.option("--load-cell", metavar="DEVICE", help="A real serial device on which the bench plays the load cell.")
@click.option("--camera", metavar="DEVICE", help="A real serial device on which the bench plays the camera.")
@click.option(
    "--ports",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where the pseudo-terminals have their names, the same at every start.",
)
def serve(
    mission: str, seed: int, soil: str | None, faults: Sequence[str], wire: str, joints: str | None,
    load_cell: str | None, camera: str | None, ports: Path | None,
) -> None:  # fmt: skip
    """Real-time bench on pseudo-terminals; the first line printed is JSON with their URLs."""
    from hil.faults import parse_faults
    from hil.serve import serve as run_bench

    planned = parse_faults(faults)
    sys.exit(
        run_bench(
            mission, seed, wire == "paced", planned,
            soil=soil, joints=joints, load_cell=load_cell, camera=camera, ports=ports,
        )
    )  # fmt: skip


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as a list of JSON objects.")
def faults(as_json: bool) -> None:
    """List the fault catalogue."""
    from hil.faults.table import as_rows, as_text

    click.echo(json.dumps(as_rows(), indent=1) if as_json else "\n".join(as_text()))


missions_option = click.option(
    "--mission", "missions", multiple=True, default=["m1_lander", "m2_rover"], show_default=True,
    help="Built-in name or TOML file; can be given again.",
)  # fmt: skip
scheduler_option = click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler; else this machine's cores.")
workers_option = click.option(
    "--workers", type=click.IntRange(min=1), help="How many of this machine's cores; else all."
)


def _page(_context: click.Context, _option: click.Parameter, page: Path | None) -> Path | None:
    """The page that is to be left, with its folder made: hours later is too late to find that it can't be."""
    if page is not None:
        try:
            page.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise click.BadParameter(f"{page.parent}: {error.strerror}; give a file in a folder") from None
    return page


page_option = click.option(
    "--page", type=click.Path(dir_okay=False, path_type=Path), callback=_page, help="Also leave a page in Markdown."
)


@cli.command()
@missions_option
@soil_option
@fault_option
@click.option(
    "--runs", type=click.IntRange(1, 100_000), default=200, show_default=True, help="Missions to fly of each."
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of the first mission.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("out/campaign"), show_default=True
)
@page_option
@scheduler_option
@workers_option
def campaign(
    missions: Sequence[str], soil: str | None, faults: Sequence[str], runs: int, seed: int, out: Path,
    page: Path | None, scheduler: str | None, workers: int | None,
) -> None:  # fmt: skip
    """Fly many seeds of each mission; exit code 0 when they were what they should be."""
    from hil.campaign import goals, run
    from hil.campaign_page import write_campaign
    from hil.campaign_report import goal_lines, write_report
    from hil.cluster import told

    flown = {}
    for mission in missions:
        rows = list(told(run(mission, range(seed, seed + runs), scheduler, soil, faults, workers), runs, mission))
        flown[mission] = rows
        leave = out / Path(mission).stem if len(missions) > 1 else out
        leave.mkdir(parents=True, exist_ok=True)
        report = write_report(leave, f"{mission}: {runs} missions from seed {seed}", rows, goals(rows))
        click.echo("\n".join([mission, *goal_lines(goals(rows)), f"look at {report}"]))
    if page is not None:
        write_campaign(page, f"make campaign RUNS={runs}", flown)
    sys.exit(0 if all(goal.met for rows in flown.values() for goal in goals(rows)) else 1)


@cli.command("fault-campaign")
@missions_option
@seed_option
@click.option("--only", multiple=True, metavar="NAME", help="A fault to fly; can be given again. Else all of them.")
@page_option
@scheduler_option
@workers_option
def fault_campaign(
    missions: Sequence[str], seed: int, only: Sequence[str], page: Path | None, scheduler: str | None,
    workers: int | None,
) -> None:  # fmt: skip
    """Fly every fault in every phase it can act in; exit code 0 when all ended as they should."""
    from hil import survival, survival_page

    planned = survival.plan_all(missions, seed, only)
    count = sum(len(task.planned) for task in planned)
    _fly_all("faults", count, survival.fly_each(planned, scheduler, workers), survival_page.goals,
             survival_page.write, page, "make fault-campaign")  # fmt: skip


@cli.command("power-loss")
@missions_option
@click.option(
    "--runs", type=click.IntRange(1, 100_000), default=300, show_default=True, help="Missions, of all together."
)
@page_option
@scheduler_option
@workers_option
def power_loss(
    missions: Sequence[str], runs: int, page: Path | None, scheduler: str | None, workers: int | None
) -> None:  # fmt: skip
    """Cut the flight computer's power at a random frame of each mission; exit code 0 when nothing was lost."""
    from hil import power_loss as campaign

    planned = campaign.plan_all(missions, runs)
    _fly_all("power loss", runs, campaign.fly_each(planned, scheduler, workers), campaign.goals,
             campaign.write, page, f"make power-loss RUNS={runs}")  # fmt: skip


def _fly_all(
    what: str, count: int, rows: Iterator[Row], goals: Callable[[Sequence[Row]], list[Goal]],
    write: Callable[[Path, str, Sequence[Row]], None], page: Path | None, made_by: str,
) -> NoReturn:  # fmt: skip
    """Fly `rows`, tell what was not as it should be as it comes, and in the end what was reached."""
    from hil.campaign_page import ending, repeat
    from hil.campaign_report import goal_lines
    from hil.cluster import told

    flown = []
    for row in told(rows, count, what):
        flown.append(row)
        if row.faulty:
            click.echo(f"{repeat(row)}: {ending(row)}")
    flown.sort(key=lambda row: (row.mission, row.seed, row.what))
    if page is not None:
        write(page, made_by, flown)
    missions = dict.fromkeys(row.mission for row in flown)
    reached = {mission: goals([row for row in flown if row.mission == mission]) for mission in missions}
    for mission, met in reached.items():
        click.echo("\n".join([mission, *goal_lines(met)]))
    sys.exit(0 if all(goal.met for met in reached.values() for goal in met) else 1)


@cli.command()
def soils() -> None:
    """List the regoliths that a mission can be flown over."""
    from hil.soils import SOILS

    for name, (meaning, figures) in SOILS.items():
        c, phi = figures["cohesion_pa"], figures["friction_deg"]
        click.echo(f"{name:<12} c {c[0]:4.0f}-{c[1]:4.0f} Pa  phi {phi[0]:.0f}-{phi[1]:.0f} deg  {meaning}")


@cli.command()
@mission_option
@seed_option
@soil_option
@click.option("--scene", default="full", show_default=True, help="before, digging, full or after.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="FILE.jpg or FILE.png")
def picture(mission: str, seed: int, soil: str | None, scene: str, out: Path) -> None:
    """Take a picture with the mission's camera: the bench alone, its servos led to a scene."""
    from hil.picture import save_picture

    octets = save_picture(mission, scene, seed, out, soil)
    click.echo(f"{out}: {scene}, {octets} octets")
