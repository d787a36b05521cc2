"""The document of fault handling is today's."""

import importlib.util
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location("fdir_document", Path(__file__).with_name("fdir_document.py"))
fdir_document = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(fdir_document)


def test_the_document_is_todays():
    assert fdir_document.DOCUMENT.read_text(encoding="utf-8") == fdir_document.document(), "run make fdir"
