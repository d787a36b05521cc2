"""What a person gets for wrong input: one line a fault that says where, what and what is allowed; exit code 2."""

import os
import signal
import socket
import subprocess
import sys
import time
from importlib import resources

import pytest

M1 = (resources.files("flight") / "missions" / "m1_lander.toml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("link_m = [0.45, 0.40]", "link_m = [0.45, -0.40]", "[arm] link_m[1] must be greater than 0, got -0.4"),
        ("gravity_m_s2 = 1.62", "gravity_m_s2 = 162.0", "[environment] gravity_m_s2 must be less than or equal to 10"),
        ("gravity_m_s2 = 1.62", "gravity_cm_s2 = 162.0", "given in the unit its name ends with: gravity_m_s2"),
        ("depth_m = 0.04", "depht_m = 0.04", "[scoop] depht_m is not a key here; did you mean depth_m?"),
        ("baud = 1000000", "baud = 1234", "[motion_bus] baud must be 115200, 1000000"),
        ("baud = 1000000", "baud = 57600", "[motion_bus] baud must be 115200 or more: at 57600"),
        ("id = 3", "id = 2", "id must differ from servo to servo of the motion bus"),
        ("min_deg = -80.0", "min_deg = 90.0", "joint azimuth: min_deg 90.0 must be below max_deg 80.0"),
        ("[telemetry]", "[telemetrie]", "telemetrie is not a key here; did you mean telemetry?"),
        ("bit_rate = 32000", "bit_rate = nan", "[telemetry] bit_rate"),
        ("[motion_bus]", "[motion_bus", "not TOML"),
        ("depth_m = 0.04", "depth_m = true", "[scoop] depth_m must be a valid number, got true"),
        ("depth_m = 0.04", 'depth_m = "0.04"', '[scoop] depth_m must be a valid number, got "0.04"'),
        ("attempts = 3", "attempts = true", "[sample] attempts must be a valid integer, got true"),
        ("attempts = 3", "attempts = 3.0", "[sample] attempts must be a valid integer, got 3.0"),
        ("direction = -1", "direction = true", "[joint[2]] direction must be a whole number, got true"),
        ("baud = 38400", "baud = 38400.0", "[load_cell] baud must be a whole number, got 38400.0"),
        ("link_m = [0.45, 0.40]", "link_m = 0.45", "[arm] link_m must be an array, got 0.45"),
        ("[environment]", "[[environment]]", "environment must be a table, got"),
        (M1[M1.rindex("[[joint]]") : M1.index("[motion_bus]")], "", "joint must have at least 4 entries, got 3"),
    ],
)
@pytest.mark.requirement("INP-1")
def test_a_wrong_mission_file_is_refused_with_file_key_value_and_what_is_allowed(tmp_path, old, new, said, refused):
    assert old in M1
    path = tmp_path / "own.toml"
    path.write_text(M1.replace(old, new, 1))
    errors = refused("flight", "check", "--mission", path)
    assert said in errors
    assert all(line.startswith(f"saji-flight: mission {path}:") for line in errors.splitlines())


def test_whole_numbers_serve_where_any_number_does(tmp_path, run):
    path = tmp_path / "own.toml"
    path.write_text(M1.replace("min_g = 50.0", "min_g = 50").replace("hold_s = 8.0", "hold_s = 8"))
    assert run("flight", "check", "--mission", path).returncode == 0


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_text("a = " + "[" * 20_000), "nested"),
        (lambda path: path.write_text("a" + ".a" * 1000 + " = 1"), "nested"),
        (lambda path: path.write_bytes(b"#" * (1 << 20) + b"#"), "larger than 1048576 octets"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "utf-8"),
        (lambda path: path.mkdir(), "directory"),
        (lambda path: path.symlink_to("/dev/zero"), "not a file"),
        (os.mkfifo, "not a file"),
    ],
    ids=["nested arrays", "nested tables", "huge", "no text", "folder", "device", "pipe"],
)
@pytest.mark.parametrize("program", [("flight", "check"), ("hil", "fly")], ids=lambda words: words[0])
def test_what_is_no_mission_file_is_refused_in_one_line(tmp_path, make, said, program, refused):
    path = tmp_path / "own.toml"
    make(path)
    errors = refused(*program, "--mission", path)
    assert said in errors
    assert str(path) in errors
    assert len(errors.splitlines()) == 1


def test_every_fault_of_a_mission_file_is_told_at_once(tmp_path, refused):
    path = tmp_path / "own.toml"
    path.write_text(M1.replace("gravity_m_s2 = 1.62", "gravity_m_s2 = -1.0").replace("[scoop]", "[scoop]\ncolour = 1"))
    assert len(refused("flight", "check", "--mission", path).splitlines()) == 2


def test_a_wrong_bench_table_is_refused_by_the_bench(tmp_path, refused):
    path = tmp_path / "own.toml"
    path.write_text(M1.replace("[bench.soil]", "[bench.soil]\nwetness = 1.0"))
    assert "[bench.soil] wetness is not a key here" in refused("hil", "fly", "--mission", path)


@pytest.mark.parametrize("mission", ["m9", "no/such.toml"])
def test_a_mission_that_is_not_there_names_those_that_are(mission, refused):
    errors = refused("flight", "check", "--mission", mission)
    assert mission in errors
    assert "m1_lander" in errors


@pytest.mark.parametrize("mission", ["m1_lander", "m2_rover"])
def test_a_good_mission_prints_its_frame_table(mission, run):
    done = run("flight", "check", "--mission", mission)
    assert done.returncode == 0
    assert "JointBus.receive" in done.stdout
    assert "limit 8000 us" in done.stdout


@pytest.mark.parametrize(
    ("option", "url", "why"),
    [
        ("--joints", "/dev/no-such-port", "No such file"),
        ("--joints", "COM1", "not the name of a port"),
        ("--joints", "socket://127.0.0.1:1", "refused"),
        ("--joints", "/dev/null", "not a serial device"),
        ("--load-cell", "/dev/null", "not a serial device"),
        ("--load-cell", "socket://127.0.0.1:1", "refused"),
        ("--link", "listen://127.0.0.1:99999", "Port out of range 0-65535"),
        ("--link", "ftp://x", "not the name of a link"),
    ],
)
def test_a_port_that_cant_be_opened_says_which_and_why(tmp_path, option, url, why, refused):
    with socket.create_server(("127.0.0.1", 0)) as bridge:  # a port that can be opened, so that the other one is tried
        good = f"socket://127.0.0.1:{bridge.getsockname()[1]}"
        urls = {"--joints": good, "--load-cell": good, "--link": "listen://127.0.0.1:0"}
        pairs = [word for pair in (urls | {option: url}).items() for word in pair]
        errors = refused("flight", "run", *pairs, "--store", tmp_path / "store")
    assert url in errors
    assert why in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize("fault", ["earthquake@3", "bit_flip", "bit_flip@noon", "bit_flip@3+never", "bit_flip@-1"])
@pytest.mark.requirement("INP-1")
def test_a_fault_that_cant_be_says_what_is_allowed(fault, refused):
    assert f"fault {fault!r}" in refused("hil", "fly", "--fault", fault)


@pytest.mark.parametrize(
    ("program", "faults", "why"),
    [
        ("serve", ["link_down@3"], "there is no radio here; what can fail: motion bus, "),
        ("serve", ["storage_full@3"], "there is no on-board clock and storage here; what can fail: motion bus, "),
        ("serve", ["bit_flip@weigh"], "a bench alone knows only the phase dig"),
        ("fly", ["missing_servo/9@3"], "there is no servo 9; ids: 1, 2, 3, 4"),
        ("fly", ["bit_flip@3", "bit_flip@4"], "twice the same"),
        ("fly", ["unplugged_adapter@3+9", "bit_flip@4"], "both take hold of the motion bus"),
    ],
)
@pytest.mark.requirement("INP-1")
def test_faults_that_a_program_can_not_bring_about_are_one_line_and_nothing_has_begun(
    tmp_path, program, faults, why, refused
):
    words = [word for fault in faults for word in ("--fault", fault)]
    errors = refused("hil", program, *words, *(("--out", tmp_path / "out") if program == "fly" else ()))
    assert why in errors
    assert len(errors.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("program", ["fly", "demo"])
def test_a_folder_that_cant_be_made_is_one_line_that_says_what_where_and_why(program, run):
    done = run("hil", program, "--out", "/proc/none")
    assert done.returncode == 2
    assert done.stderr == "saji-hil: no frames and no truth can be left in /proc/none: No such file or directory\n"


@pytest.mark.parametrize("command", [("fly",), ("demo", "--out", "out"), ("serve",)], ids=lambda words: words[0])
@pytest.mark.parametrize("after_s", [0.3, 0.6, 1.2])
def test_ctrl_c_ends_a_program_without_a_word_at_any_time(tmp_path, command, after_s):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    program = subprocess.Popen(
        [sys.executable, "-m", "hil", *command], cwd=tmp_path, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(after_s)
    program.send_signal(signal.SIGINT)
    _, errors = program.communicate(timeout=30)
    assert errors == ""
    assert program.returncode in ({0, 130} if command == ("serve",) else {130})


@pytest.mark.requirement("INP-1")
def test_a_soil_that_there_is_not_is_one_line(refused):
    errors = refused("hil", "fly", "--soil", "cheese")
    assert "no soil 'cheese'; allowed: intercrater, firm" in errors
    assert len(errors.splitlines()) == 1


def test_a_recording_that_is_not_there_is_one_line(tmp_path, refused):
    errors = refused("ground", "decode", tmp_path / "none.cadu", "--to", tmp_path / "out")
    assert "none.cadu" in errors
    assert len(errors.splitlines()) == 1


@pytest.fixture(scope="module")
def recording(tmp_path_factory, run):
    folder = tmp_path_factory.mktemp("flown")
    assert run("hil", "fly", "--chart", "--seed", "1", "--out", folder).returncode == 0
    return (folder / "frames.cadu").read_bytes()


def losses(printed):
    return printed.split("losses:")[1]


def test_a_whole_recording_decodes_without_losses(recording, tmp_path, run):
    (tmp_path / "whole").write_bytes(recording)
    done = run("ground", "decode", tmp_path / "whole", "--to", tmp_path / "out", "--format", "csv")
    assert done.returncode == 0
    assert losses(done.stdout).strip() == "none"


def test_a_truncated_recording_decodes_to_what_is_intact(recording, tmp_path, run):
    (tmp_path / "cut").write_bytes(recording[: len(recording) * 2 // 3 + 100])
    done = run("ground", "decode", tmp_path / "cut", "--to", tmp_path / "out", "--format", "csv")
    assert done.returncode == 0
    assert "discarded" in losses(done.stdout) or "incomplete" in losses(done.stdout)
    assert (tmp_path / "out" / "motion_hk.csv").exists()


@pytest.mark.requirement("TLM-1")
def test_a_corrupt_recording_decodes_to_what_is_intact_and_counts_the_rest(recording, tmp_path, run):
    damaged = bytearray(recording)
    frame = 1119
    for hit in (5, 17, 40):
        damaged[hit * frame + 300] ^= 0x10
    del damaged[60 * frame + 50 : 60 * frame + 60]
    (tmp_path / "bad").write_bytes(damaged)
    done = run("ground", "decode", tmp_path / "bad", "--to", tmp_path / "out", "--format", "csv")
    assert done.returncode == 0
    assert f"{len(recording) // frame - 4} frames" in done.stdout
    assert "4 missing frames" in losses(done.stdout) or "4 lost frames" in losses(done.stdout), done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--scene", "middle", "--out", "x.jpg"), "scene 'middle': allowed: before, digging, full, after"),
        (("--out", "x.gif"), "x.gif: the name must end in .jpg or .jpeg or .png"),
        (("--out", "/proc/none/x.jpg"), "/proc/none/x.jpg: can't be written"),
        (("--mission", "m9_boat", "--out", "x.jpg"), "mission m9_boat: No such file"),
    ],
)
def test_a_picture_that_cant_be_made_is_told_in_a_line(arguments, said, refused):
    errors = refused("hil", "picture", *arguments)
    assert errors.startswith("saji-hil: ")
    assert said in errors
    assert errors.count("\n") == 1
