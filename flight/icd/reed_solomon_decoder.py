"""Reed-Solomon codeblocks corrected, with `reedsolo` of the ground's extra; the code is that of `reed_solomon`."""

from __future__ import annotations

from functools import lru_cache

import reedsolo

from flight.icd.reed_solomon import (
    CHECK_SIZE,
    DATA,
    FIELD,
    FIRST_ROOT,
    INTERLEAVE,
    PARITY,
    ROOT,
    bases,
    encode,
    parity,
)


@lru_cache(maxsize=1)
def _codec() -> reedsolo.RSCodec:
    return reedsolo.RSCodec(PARITY, nsize=DATA + PARITY, fcr=FIRST_ROOT, prim=FIELD, generator=ROOT, c_exp=8)


def decode(codeblock: bytes) -> tuple[bytes, int] | None:
    """The frame in `codeblock` and how many symbols were wrong; None when more are wrong than can be put right.

    Up to 16 wrong symbols in each of the 5 codewords are put right.
    """
    frame = codeblock[:-CHECK_SIZE]
    if encode(frame) == codeblock:  # the usual case costs no more than encoding
        return frame, 0
    corrected = bytearray(frame)
    wrong = 0
    for number in range(INTERLEAVE):
        word = codeblock[number::INTERLEAVE]
        if parity(word[:-PARITY]) == word[-PARITY:]:
            continue
        found = _correct(word)
        if found is None:
            return None
        corrected[number::INTERLEAVE] = found[0]
        wrong += found[1]
    return bytes(corrected), wrong


def _correct(word: bytes) -> tuple[bytes, int] | None:
    """The data symbols of one codeword, and how many of all its symbols were wrong."""
    to_dual, to_conventional = bases()
    fill = bytes(DATA + PARITY - len(word))
    try:
        data, whole, places = _codec().decode(fill + word.translate(to_conventional))
    except reedsolo.ReedSolomonError:
        return None
    if whole[: len(fill)] != fill:  # "corrected" virtual fill: not the word that was sent
        return None
    return bytes(data[len(fill) :]).translate(to_dual), len(places)
