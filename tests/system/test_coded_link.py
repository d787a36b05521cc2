"""A mission whose telemetry is randomized and Reed-Solomon coded, over a link that flips bits."""

import subprocess
import sys
from importlib import resources
from random import Random

import pytest

M1 = (resources.files("flight") / "missions" / "m1_lander.toml").read_text()
CODEBLOCK = 4 + 1275


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)], capture_output=True, text=True, timeout=120, check=True
    ).stdout


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    folder = tmp_path_factory.mktemp("coded")
    text = M1.replace("reed_solomon = false", "reed_solomon = true").replace("randomized = false", "randomized = true")
    assert text.count("= true") >= 2
    (folder / "coded.toml").write_text(text)
    run("hil", "fly", "--chart", "--mission", folder / "coded.toml", "--out", folder)
    return (folder / "frames.cadu").read_bytes()


def decode(octets, tmp_path, *options):
    (tmp_path / "frames").write_bytes(octets)
    return run("ground", "decode", tmp_path / "frames", "--to", tmp_path / "out", "--format", "csv", *options)


def test_frames_go_out_as_codeblocks(recording):
    assert len(recording) % CODEBLOCK == 0


def test_ten_wrong_octets_in_every_codeblock_lose_nothing(recording, tmp_path):
    random = Random(4)
    damaged = bytearray(recording)
    for start in range(0, len(damaged), CODEBLOCK):
        for place in random.sample(range(4, CODEBLOCK), 10):
            damaged[start + place] ^= random.randrange(1, 256)
    printed = decode(damaged, tmp_path, "--reed-solomon", "--randomized")
    assert f"{len(recording) // CODEBLOCK} frames" in printed
    assert "lost" not in printed.split("losses:")[1]
    assert "missing" not in printed.split("losses:")[1]
