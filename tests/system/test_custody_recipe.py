"""The way from a key to a released sample, as `docs/custody.md` has it: every line of it, word for word.

What is served and flown there in real time is a lockstep mission here, which takes what the recipe sends; the rest are
the programs themselves. So this is also the whole chain with a buyer.
"""

import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest

import flight.cli
import ground.cli
import hil.cli
from flight.icd.catalogue import mission_dictionary
from flight.icd.command_text import build_command
from flight.icd.mission_file import read_mission
from ground.stages import Stage

ROOT = Path(__file__).parents[2]
RECIPE = (ROOT / "docs" / "custody.md").read_text().split("## The whole way")[1].split("\n## ")[0]
LINES = [
    line
    for block in re.findall(r"```sh\n(.*?)```", RECIPE, re.DOTALL)
    for line in block.replace("\\\n", " ").splitlines()
]
CLIS = {"saji-flight": flight.cli.cli, "saji-ground": ground.cli.cli, "saji-hil": hil.cli.cli}
SERVED = re.compile(r"saji-hil serve|saji-flight run|saji-ground record")
SEND = re.compile(r"send\(\) \{ (saji-ground send) \"\$@\" (.*); \}")
SERVE, RUN, RECORD = (line for line in LINES if SERVED.match(line))


def option(line, name):
    words = shlex.split(line)
    return words[words.index(name) + 1]


class Shell:
    """Does lines of the recipe in `folder`; `board` is the lockstep mission once it is served."""

    def __init__(self, folder, run):
        self.folder, self.run = folder, run
        self.board = None
        self.ends = []

    def do(self, line):
        """What the line prints."""
        if " && " in line:
            return "".join(map(self.do, line.split(" && ")))
        line = re.sub(r"\$\((.*?)\)", lambda found: self.do(found[1]).strip(), line)
        line, _, file = line.partition(" > ")
        printed = self._run(shlex.split(line))
        if file:
            (self.folder / file).write_text(printed)
            return ""
        return printed

    def _run(self, words):
        if words[0] == "send":
            command = build_command(mission_dictionary(), words[1], words[2:])
            self.ends.append((words[1], *self.board.send(command)))
            return ""
        if words[0] in CLIS:
            done = self.run(words[0].removeprefix("saji-"), *words[1:])
            assert done.returncode == 0, done.stderr
            return done.stdout
        assert words[0] in ("cat", "cp", "mkdir")
        return subprocess.run(words, cwd=self.folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def shell(tmp_path, monkeypatch, run):
    """A clean clone, as far as the recipe looks into it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flight").symlink_to(ROOT / "flight")
    return Shell(tmp_path, run)


@pytest.fixture
def serve(operator):
    """Flies the mission of the recipe, and leaves its frames where the recipe says."""

    def begin(shell):
        shell.board = operator(option(SERVE, "--mission"))
        shell.board.flown.link.record((shell.folder / option(RECORD, "--to")).open("ab", buffering=0))

    return begin


@pytest.mark.parametrize("line", [line for line in LINES if "saji-" in line])
def test_every_command_takes_its_words(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words in (SERVE, RUN, RECORD):
        assert words in LINES
    found = SEND.match(line)
    line = f"{found[1]} stow {found[2]}" if found else line
    for program, text in re.findall(r"(saji-\w+) ([^()>;]*)", line):
        _parse(CLIS[program], shlex.split(text), program)


def _parse(cli, words, name):
    """Raises what click finds wrong with `words`; nothing of it is run."""
    for at, word in enumerate(words):
        if not isinstance(cli, click.Group):
            break
        cli, words, name = cli.commands[word], words[1:], f"{name} {word}"
        assert at < 2
    made = [(each.type, each.type.exists) for each in cli.params if isinstance(each.type, click.Path)]
    try:
        for path, _ in made:
            path.exists = False  # by a line before
        cli.make_context(name, list(words)).close()
    finally:
        for path, exists in made:
            path.exists = exists


def test_bench_flight_and_ground_of_the_recipe_meet():
    send = next(line for line in LINES if SEND.match(line))
    assert option(SERVE, "--mission") == option(RUN, "--mission")
    for line in ("joints", "load_cell", "camera"):
        assert option(RUN, f"--{line.replace('_', '-')}") == f"$PWD/{option(SERVE, '--ports')}/{line}"
    link = option(RUN, "--link").removeprefix("listen://")
    assert f"socket://{link}" in shlex.split(RECORD)
    assert f"socket://{link}" in send
    assert option(RUN, "--keys") in send


@pytest.mark.requirement("CUS-3")
@pytest.mark.requirement("CUS-4")
def test_the_recipe_leads_from_a_key_to_a_sample_that_was_sold_released_and_poured_out(shell, serve):
    shown = []
    for line in LINES:
        if line.startswith(("make ", "export ", "send()")):
            continue
        if SERVED.match(line):
            if shell.board is None:
                serve(shell)
            continue
        printed = shell.do(line)
        if "custody show" in line:
            shown.append(dict(each.split() for each in printed.splitlines()))
    ends = [(name, stage) for name, stage, _ in shell.ends]
    assert ends == [
        ("collect", Stage.COMPLETED),
        ("mark_evidenced", Stage.COMPLETED),
        ("offer_sample", Stage.COMPLETED),
        ("transfer_sample", Stage.COMPLETED),
        ("stow", Stage.FAILED),
        ("release_sample", Stage.COMPLETED),
        ("arm", Stage.COMPLETED),
        ("discard", Stage.COMPLETED),
    ]
    refusal = shell.ends[4][2]
    assert refusal.startswith("SAMPLE_HELD")
    assert "the sample is TRANSFERRED" in refusal
    assert [(each["state"], each["counter"]) for each in shown] == [("COLLECTED", "0"), ("NONE", "2")]
    assert read_mission("out/sale.toml")[1]["custody"]["buyer_public_key"] in Path("out/buyer.toml").read_text()
