"""What `docs/commanding.md` says must be so before a motion is what the code asks for."""

import importlib.util
from pathlib import Path

from flight.icd.preconditions import BEFORE, WORDS

_SPEC = importlib.util.spec_from_file_location(
    "commanding_document", Path(__file__).with_name("commanding_document.py")
)
commanding_document = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(commanding_document)


def test_the_table_of_preconditions_is_todays():
    text = commanding_document.DOCUMENT.read_text(encoding="utf-8")
    assert text == commanding_document.document(text), "run make commanding"


def test_every_precondition_is_in_words_and_in_the_table():
    codes = {code for before in BEFORE.values() for code in before}
    assert set(WORDS) == codes
    table = commanding_document.table()
    for code in codes:
        assert f"{WORDS[code]}, else `{code.name}`" in table
