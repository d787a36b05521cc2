"""What a person gets for words that no program takes: one line, the same in all three; exit code 2, nothing begun."""

import pytest

LINK = ("--link", "socket://127.0.0.1:1", "--keys", "no.key")
SIGN = ("custody", "sign", "accept")


@pytest.mark.requirement("INP-1")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("flight", "check", "--mission", "m9"), "mission m9: No such file or directory; give a path ending in .toml"),
        (("hil", "fly", "--mission", "m9"), "mission m9: No such file or directory; give a path ending in .toml"),
        (("hil", "serve", "--mission", "m9"), "mission m9: No such file or directory; give a path ending in .toml"),
        (
            ("hil", "fly", "--seed", "x"),
            "fly: Invalid value for '--seed': 'x' is not a valid integer range; allowed: 0",
        ),
        (("hil", "campaign", "--runs", "x"), "'x' is not a valid integer range; allowed: 1 .. 100000"),
        (
            ("hil", "campaign", "--runs", "0"),
            "campaign: Invalid value for '--runs': 0 is not in the range 1<=x<=100000",
        ),
        (("hil", "serve", "--wire", "slow"), "'slow' is not one of 'paced', 'fast'"),
        (("hil", "fly", "--sed", "3"), "fly: No such option '--sed'. Did you mean '--seed'? see saji-hil fly --help"),
        (("hil", "picture"), "picture: Missing option '--out'; see saji-hil picture --help"),
        (("flight", "check", "m1_lander"), "check: "),
        (("flight", "chekc"), "allowed: check, run"),
        (("ground", "sned"), "allowed: commands, custody, decode, export, keys, record, send"),
        (("ground", "keys", "new", "--id", "0", "x"), "keys new: Invalid value for '--id': 0 is not in the range"),
        (("ground", "send", "fly", *LINK), "no command 'fly'; allowed: abort, "),
        (("ground", "send", "collect", "site=9", *LINK), "collect: site = 9; allowed: 0..8"),
        (("ground", "send", "collect", "sight=1", *LINK), "collect: no field 'sight'; did you mean site?"),
        (("ground", "send", "stow", *LINK), "key file no.key: No such file or directory"),
        (("ground", "commands", "fly"), "no command 'fly'; allowed: abort, "),
        (("ground", "export", "pdf", "--to", "out"), "pdf"),
        (
            ("ground", *SIGN, "--key", "no.pem", "--mission", "m9"),
            "key file no.pem: No such file or directory; make one",
        ),
        (("ground", *SIGN, "--key", "k", "--mission", "m", "--frames", "no"), "'--frames': File 'no' does not exist"),
        (("ground", "custody", "sign", "eat"), "'eat' is not one of 'accept', 'release'"),
        (("ground", "record", "no.cadu", "--to", "out.cadu"), "no.cadu: No such file or directory"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_one_line_says_where_what_and_what_is_allowed(tmp_path, monkeypatch, words, said, refused):
    monkeypatch.chdir(tmp_path)
    errors = refused(*words)
    assert errors.startswith(f"saji-{words[0]}: ")
    assert said in errors
    assert errors.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_mission_is_not_signed_for(tmp_path, run, refused):
    assert run("ground", "custody", "new-key", tmp_path / "k").returncode == 0
    given = ("--sample", "01" * 8, "--evidence", "02" * 32, "--counter", "1")
    errors = refused("ground", *SIGN, "--key", tmp_path / "k", "--mission", "m9", *given)
    assert errors.startswith(
        "saji-ground: mission m9: No such file or directory; give a path ending in .toml or one of"
    )


@pytest.mark.parametrize("program", ["flight", "hil", "ground"])
def test_help_and_version_are_no_faults(program, run):
    for words in (("--help",), ("--version",)):
        done = run(program, *words)
        assert (done.returncode, done.stderr) == (0, "")
        assert f"saji-{program}" in done.stdout
