"""What the buyer signs: by command, by our functions and by the documented recipes, and what the board makes of it."""

import contextlib
import hashlib
import io
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from flight.icd.catalogue import mission_dictionary
from flight.icd.command_text import build_command
from flight.icd.custody import Act, message, parse_public_key
from flight.icd.events.custody import CustodyChanged
from flight.icd.hk.custody import CustodyHk
from flight.icd.keys import KeyFileError
from flight.icd.modes import Custody
from ground.custody.keys import create_signing_key, load_signing_key, public_hex
from ground.custody.signing import SigningError, Told, as_text, authorize, is_authorized, told_by

DOCS = Path(__file__).parents[3] / "docs" / "custody.md"
SAMPLE, EVIDENCE = bytes(range(1, 9)), bytes(range(100, 132))
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
OFFERED = Told(SAMPLE, EVIDENCE, 3, Custody.OFFERED)


@pytest.fixture
def pem(tmp_path):
    create_signing_key(tmp_path / "buyer.pem")
    return tmp_path / "buyer.pem"


def verified(command, key, act=Act.ACCEPT, mission="m1_lander"):
    """Raises unless the signature is `key`'s over what the board puts together; not by our own checking."""
    octets = message(act, mission, SAMPLE, EVIDENCE, command.counter)
    Ed25519PublicKey.from_public_bytes(key.public_key().public_bytes_raw()).verify(bytes(command.signature), octets)
    return True


@pytest.mark.requirement("CUS-4")
@pytest.mark.parametrize(("act", "state"), [(Act.ACCEPT, Custody.OFFERED), (Act.RELEASE, Custody.TRANSFERRED)])
def test_what_is_signed_is_what_the_board_puts_together(act, state):
    command = authorize(act, "m1_lander", OFFERED._replace(state=state), KEY)
    assert (bytes(command.sample), command.counter) == (SAMPLE, 4)
    assert verified(command, KEY, act)
    assert is_authorized(command, "m1_lander", EVIDENCE, PUBLIC)
    assert not is_authorized(command, "m2_rover", EVIDENCE, PUBLIC)
    assert not is_authorized(command, "m1_lander", bytes(32), PUBLIC)


def test_the_printed_telecommand_is_the_one_that_is_sent():
    command = authorize(Act.ACCEPT, "m1_lander", OFFERED, KEY)
    name, *assignments = as_text(command).split()
    assert build_command(mission_dictionary(), name, assignments) == command


@pytest.mark.parametrize(
    ("act", "told", "counter", "says"),
    [
        (Act.ACCEPT, OFFERED._replace(state=Custody.EVIDENCED), None, "is EVIDENCED; it must be OFFERED to accept it"),
        (Act.RELEASE, OFFERED, None, "is OFFERED; it must be TRANSFERRED to release it"),
        (Act.ACCEPT, OFFERED._replace(sample=bytes(8)), None, "there is no sample"),
        (Act.ACCEPT, OFFERED, 3, "counter must be above 3"),
        (Act.ACCEPT, OFFERED, 1 << 32, "counter must be above 3"),
    ],
)
def test_what_the_board_would_refuse_is_not_signed(act, told, counter, says):
    with pytest.raises(SigningError, match=says):
        authorize(act, "m1_lander", told, KEY, counter)


def test_the_latest_word_of_the_board_counts():
    hk = CustodyHk(state=Custody.OFFERED, sample=tuple(SAMPLE), evidence=tuple(EVIDENCE), counter=3)
    changed = CustodyChanged(state=Custody.EVIDENCED, sample=tuple(SAMPLE), evidence=tuple(EVIDENCE), counter=3)
    assert told_by([changed, hk]) == OFFERED
    assert told_by([hk, changed]).state is Custody.EVIDENCED
    assert told_by([]) is None


def test_a_key_is_for_its_owner_alone_and_never_overwritten(pem):
    assert stat.S_IMODE(pem.stat().st_mode) == 0o600
    before = pem.read_bytes()
    with pytest.raises(KeyFileError, match="never overwritten"):
        create_signing_key(pem)
    assert pem.read_bytes() == before
    assert parse_public_key(public_hex(load_signing_key(pem)))
    pem.chmod(0o644)
    with pytest.raises(KeyFileError, match="has mode 0644"):
        load_signing_key(pem)


@pytest.mark.parametrize(
    "octets",
    [
        b"no key",
        X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ],
)
def test_what_is_no_key_is_refused_with_what_to_do(tmp_path, octets):
    path = tmp_path / "other.pem"
    path.write_bytes(octets)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match="custody new-key FILE"):
        load_signing_key(path)


class TestCommands:
    def given(self, pem):
        return ("--key", pem, "--sample", SAMPLE.hex(), "--evidence", EVIDENCE.hex(), "--counter", "4")

    def test_a_new_key_says_what_the_mission_file_needs(self, run, tmp_path):
        result = run("custody", "new-key", tmp_path / "new.pem")
        assert result.exit_code == 0
        public = public_hex(load_signing_key(tmp_path / "new.pem"))
        assert result.stdout == f'[custody]\nbuyer_public_key = "{public}"\n'
        assert run("custody", "public-key", tmp_path / "new.pem").stdout == result.stdout

    def test_what_is_signed_by_command_is_good(self, run, pem):
        result = run("custody", "sign", "accept", "--mission", "m1_lander", *self.given(pem))
        name, *assignments = result.stdout.split()
        command = build_command(mission_dictionary(), name, assignments)
        assert name == "transfer_sample"
        assert verified(command, load_signing_key(pem))
        check = ("custody", "check", *result.stdout.split(), "--evidence", EVIDENCE.hex(), "--public-key")
        public = public_hex(load_signing_key(pem))
        assert run(*check, public, "--mission", "m1_lander").exit_code == 0
        assert run(*check, public, "--mission", "m2_rover").exit_code == 1
        assert run(*check, PUBLIC.hex(), "--mission", "m1_lander").exit_code == 1

    @pytest.fixture
    def heard(self, make_board, tmp_path):
        """Telemetry that tells of a sample in a state."""

        def write(state):
            board, frames = make_board(), tmp_path / "frames.cadu"
            board.housekeeping.add(CustodyHk(state=state, sample=tuple(SAMPLE), evidence=tuple(EVIDENCE), counter=3))
            board.run(12)
            board.downlink.flush(board.now_ns)
            frames.write_bytes(bytes(board.port.down))
            return frames

        return write

    def test_what_was_heard_of_a_sample_is_shown(self, run, heard):
        shown = run("custody", "show", heard(Custody.OFFERED)).stdout.split()
        assert shown == [
            "state", "OFFERED", "sample", SAMPLE.hex(), "evidence", EVIDENCE.hex(), "counter", "3",
        ]  # fmt: skip

    def test_the_mark_is_the_hash_of_the_evidence(self, run, heard, tmp_path):
        frames, other = heard(Custody.COLLECTED), tmp_path / "evidence.zip"
        other.write_bytes(b"all of it")
        for evidence, words in ((frames, (frames,)), (other, (other, "--frames", frames))):
            name, *assignments = run("custody", "mark", *words).stdout.split()
            command = build_command(mission_dictionary(), name, assignments)
            digest = hashlib.sha256(evidence.read_bytes()).digest()
            assert (name, bytes(command.sample), bytes(command.evidence)) == ("mark_evidenced", SAMPLE, digest)

    def test_only_what_was_just_collected_is_marked(self, run, heard):
        result = run("custody", "mark", heard(Custody.OFFERED))
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == "saji-ground: the sample is OFFERED; it must be COLLECTED to be marked\n"

    def test_what_to_sign_is_read_from_telemetry(self, run, pem, heard):
        frames = heard(Custody.OFFERED)
        result = run("custody", "sign", "accept", "--mission", "m1_lander", "--key", pem, "--frames", frames)
        name, *assignments = result.stdout.split()
        command = build_command(mission_dictionary(), name, assignments)
        assert command.counter == 4
        assert verified(command, load_signing_key(pem))

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (("--counter", "4"), "give --frames FILE, or --sample, --evidence and --counter"),
            (
                ("--sample", "12", "--evidence", EVIDENCE.hex(), "--counter", "4"),
                "sample must be 16 hexadecimal digits",
            ),
            (
                ("--sample", SAMPLE.hex(), "--evidence", "1,2", "--counter", "4"),
                "evidence must be 64 hexadecimal digits",
            ),
        ],
    )
    def test_what_is_missing_or_wrong_is_said(self, run, pem, arguments, says):
        result = run("custody", "sign", "accept", "--mission", "m1_lander", "--key", pem, *arguments)
        assert result.exit_code == 2
        assert says in result.stderr
        assert result.stdout == ""

    def test_telemetry_without_custody_says_nothing_to_sign(self, run, pem, tmp_path):
        (tmp_path / "empty.cadu").write_bytes(b"")
        result = run(
            "custody", "sign", "accept", "--mission", "m1_lander", "--key", pem, "--frames", tmp_path / "empty.cadu"
        )
        assert result.exit_code == 2
        assert "no telemetry that tells of custody" in result.stderr

    def test_a_mission_file_must_name_the_key(self, run, pem, tmp_path):
        mission = tmp_path / "mine.toml"
        mission.write_text(f'[mission]\nname = "mine"\n[custody]\nbuyer_public_key = "{PUBLIC.hex()}"\n')
        result = run("custody", "sign", "accept", "--mission", mission, *self.given(pem))
        assert result.exit_code == 2
        assert "[custody] buyer_public_key must be" in result.stderr
        mission.write_text(mission.read_text().replace(PUBLIC.hex(), public_hex(load_signing_key(pem))))
        name, *assignments = run("custody", "sign", "accept", "--mission", mission, *self.given(pem)).stdout.split()
        assert verified(build_command(mission_dictionary(), name, assignments), load_signing_key(pem), mission="mine")


def test_the_documented_python_recipe_signs(pem, monkeypatch):
    (recipe,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    monkeypatch.chdir(pem.parent)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(recipe, {"sample": SAMPLE, "evidence": EVIDENCE})
    numbers = printed.getvalue().removeprefix("signature=")
    signature = bytes(int(each) for each in numbers.split(","))
    assert signature == load_signing_key(pem).sign(message(Act.ACCEPT, "m1_lander", SAMPLE, EVIDENCE, 1))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_documented_openssl_recipes_make_a_key_and_sign(tmp_path):
    recipes = re.findall(r"`(openssl [^`]*)`", DOCS.read_text().replace("\n", " "))
    make, show, sign = (recipe.split() for recipe in recipes)
    octets = message(Act.RELEASE, "m1_lander", SAMPLE, EVIDENCE, 9)
    (tmp_path / "octets").write_bytes(octets)
    subprocess.run(make, cwd=tmp_path, check=True, capture_output=True)
    public = subprocess.run(show, cwd=tmp_path, check=True, capture_output=True).stdout[-32:]
    subprocess.run(sign, cwd=tmp_path, check=True, capture_output=True)
    Ed25519PublicKey.from_public_bytes(public).verify((tmp_path / "signature").read_bytes(), octets)
    assert public_hex(load_signing_key(tmp_path / "buyer.pem")) == public.hex()
