"""`saji-hil`: the bench from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from flight.icd.mission_file import MissionError

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
@seed_option
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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each fault, as a list.")
@click.option("--fly", "flying", is_flag=True, help="Fly a mission with each (minutes) and tell how it ended.")
@mission_option
@seed_option
def faults(as_json: bool, flying: bool, mission: str, seed: int) -> None:
    """List the fault catalogue, or fly all of it."""
    if flying:
        from hil.survival import fly_each

        outcomes = []
        for outcome in fly_each(mission, seed):
            outcomes.append(outcome)
            if not as_json:
                click.echo(outcome)
        if as_json:
            click.echo(json.dumps([asdict(outcome) for outcome in outcomes], indent=1))
        sys.exit(any(outcome.wrong for outcome in outcomes))
    from hil.faults.table import as_rows, as_text

    click.echo(json.dumps(as_rows(), indent=1) if as_json else "\n".join(as_text()))


@cli.command()
@mission_option
@soil_option
@fault_option
@click.option("--runs", type=click.IntRange(1, 100_000), default=200, show_default=True, help="Missions to fly.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of the first mission.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("out/campaign"), show_default=True
)
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler; else this machine's cores.")
def campaign(
    mission: str, soil: str | None, faults: Sequence[str], runs: int, seed: int, out: Path, scheduler: str | None
) -> None:  # fmt: skip
    """Fly many seeds of a mission; exit code 0 when they were what they should be."""
    from hil.campaign import goals, run
    from hil.campaign_report import goal_lines, write_report

    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for row in run(mission, range(seed, seed + runs), scheduler, soil, faults):
        rows.append(row)
        if sys.stderr.isatty():
            click.echo(f"\r{len(rows)} of {runs}", nl=False, err=True)
    reached = goals(rows)
    page = write_report(out, f"{mission}: {runs} missions from seed {seed}", rows, reached)
    click.echo("\n".join([*goal_lines(reached), f"look at {page}"]))
    sys.exit(0 if all(goal.met for goal in reached) else 1)


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
