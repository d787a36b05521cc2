"""The wheel in empty environments: what a Raspberry Pi and what a bench computer get."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
FORBIDDEN = ("numpy", "numba", "textual", "dask", "matplotlib", "pyarrow", "rich")
QUICKLY = ("--quiet", "--disable-pip-version-check", "--no-compile")


def run(*arguments, cwd):
    return subprocess.run(
        list(map(str, arguments)), cwd=cwd, capture_output=True, text=True, timeout=300, check=True
    ).stdout


@pytest.fixture(scope="module")
def flight_only(tmp_path_factory):
    """A folder outside the repository, and the scripts of an environment with the wheel and no extra."""
    folder = tmp_path_factory.mktemp("pi")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, REPOSITORY, cwd=folder)
    (wheel,) = folder.glob("saji-*.whl")
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    scripts = folder / "venv" / "bin"
    constraints = REPOSITORY / "constraints.txt"
    run(scripts / "pip", "install", *QUICKLY, "-c", constraints, wheel, cwd=folder)
    return folder, scripts


@pytest.mark.requirement("INS-1")
def test_the_flight_side_runs_from_any_folder_mission_files_and_all(flight_only):
    folder, scripts = flight_only
    assert "JointBus.receive" in run(scripts / "saji-flight", "check", "--mission", "m1_lander", cwd=folder)


@pytest.mark.requirement("INS-1")
def test_the_flight_side_imports_nothing_heavy(flight_only):
    folder, scripts = flight_only
    installed = {
        entry["name"].lower() for entry in json.loads(run(scripts / "pip", "list", "--format", "json", cwd=folder))
    }
    assert installed.isdisjoint(FORBIDDEN)
    loaded = run(
        scripts / "python",
        "-c",
        "import flight.cli, sys; print(*(name.split('.')[0] for name in sys.modules))",
        cwd=folder,
    )
    assert set(loaded.split()).isdisjoint(FORBIDDEN)


@pytest.mark.parametrize("command", [("saji-hil", "fly"), ("saji-ground", "decode", "x", "--to", "y")])
def test_a_program_without_its_extra_says_what_to_install(flight_only, command):
    folder, scripts = flight_only
    done = subprocess.run(
        [scripts / command[0], *command[1:]], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "pip install 'saji[" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def everything(flight_only):
    """A folder outside the repository, and the scripts of another empty environment with the wheel and every extra."""
    folder, _ = flight_only
    (wheel,) = folder.glob("saji-*.whl")
    run(sys.executable, "-m", "venv", folder / "bench", cwd=folder)
    scripts = folder / "bench" / "bin"
    constraints = REPOSITORY / "constraints.txt"
    run(scripts / "pip", "install", *QUICKLY, "-c", constraints, f"{wheel}[all]", cwd=folder)
    return scripts


def test_the_wheel_flies_a_mission_and_decodes_it_from_any_folder(everything, tmp_path):
    flown = run(everything / "saji-hil", "fly", "--chart", "--json", "--seed", "1", "--out", "flown", cwd=tmp_path)
    assert json.loads(flown)["result"] == "collected"
    decoded = run(everything / "saji-ground", "decode", "flown/frames.cadu", "--to", "tables", cwd=tmp_path)
    assert decoded.split("losses:")[1].strip() == "none"
    assert any((tmp_path / "tables").iterdir())
