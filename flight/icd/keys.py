"""The key of the uplink, in a file that its owner alone can read.

    id = 1
    key = "64 hexadecimal digits"

The file is TOML with mode 0600. It belongs in no repository and no image.
"""

from __future__ import annotations

import os
import secrets
import stat
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

KEY_SIZE = 32
MODE = 0o600
_LARGEST = 4096
_KEYS = {"id", "key"}


class KeyFileError(ValueError):
    """A key file that can't be used or made: one line with the file, what was found and what is allowed."""

    def __init__(self, path: Path, found: str) -> None:
        super().__init__(f"key file {path}: {found}")
        self.path = path


@dataclass(frozen=True, slots=True)
class UplinkKey:
    """An AES-256 key and the number it is known by. The secret is in no representation of it."""

    ident: int
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_SIZE or not 1 <= self.ident <= 0xFFFF:
            raise ValueError(f"a key has {KEY_SIZE} octets and a number 1..65535")


def create_key(path: Path, ident: int = 1) -> UplinkKey:
    """Make a key file with a new key; raises `KeyFileError`, and never overwrites one."""
    key = UplinkKey(ident, secrets.token_bytes(KEY_SIZE))
    create_private(
        path, f'# Key of the uplink: mode 0600, on board and on the ground.\nid = {ident}\nkey = "{key.secret.hex()}"\n'
    )
    return key


def create_private(path: Path, text: str) -> None:
    """Make a file that its owner alone can read, whatever the umask; raises `KeyFileError`, never overwrites one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE)
    except FileExistsError:
        if not path.parent.is_dir():
            raise KeyFileError(path, f"{path.parent} is no folder; give a path that can be written") from None
        raise KeyFileError(path, "exists; a key is never overwritten, give another name") from None
    except OSError as error:
        raise KeyFileError(path, f"{error.strerror or error}; give a path that can be written") from None
    with open(fd, "w", encoding="ascii") as file:
        os.fchmod(fd, MODE)  # whatever the umask
        file.write(text)
        file.flush()
        os.fsync(fd)


def load_key(path: Path) -> UplinkKey:
    """The key in a file; raises `KeyFileError` when there is none, others may read it, or it is no key file."""
    how = "make one with: saji-ground keys new FILE"
    octets = read_private(path, how)
    try:
        table = tomllib.loads(octets.decode("ascii"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise KeyFileError(path, f"is not TOML; {how}") from None
    if set(table) != _KEYS:
        raise KeyFileError(path, f"has {', '.join(sorted(table)) or 'nothing'}; allowed: id, key")
    ident, digits = table["id"], table["key"]
    if type(ident) is not int or not 1 <= ident <= 0xFFFF:
        raise KeyFileError(path, "id must be a whole number 1..65535")
    try:
        secret = bytes.fromhex(digits) if isinstance(digits, str) else b""
    except ValueError:
        secret = b""
    if len(secret) != KEY_SIZE:
        raise KeyFileError(path, f"key must be {2 * KEY_SIZE} hexadecimal digits")  # never tell what it holds
    return UplinkKey(ident, secret)


def read_private(path: Path, how: str) -> bytes:
    """The octets of a file that others can't read; raises `KeyFileError`, saying `how` to make one that is missing."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as file:  # a pipe would hold us
            _check(path, os.fstat(file.fileno()))
            return file.read(_LARGEST)
    except OSError as error:
        raise KeyFileError(path, f"{error.strerror or error}; {how}") from None


def _check(path: Path, status: os.stat_result) -> None:
    """Raise `KeyFileError` unless it is a file that its owner, who is us, alone can read."""
    if not stat.S_ISREG(status.st_mode):
        raise KeyFileError(path, "is no regular file")
    mode = stat.S_IMODE(status.st_mode)
    if mode & ~MODE:
        raise KeyFileError(path, f"has mode {mode:04o}; allowed: {MODE:04o} (chmod 600 {path})")
    if status.st_uid != os.geteuid():
        raise KeyFileError(path, f"belongs to user {status.st_uid}; allowed: the user of this program, {os.geteuid()}")
