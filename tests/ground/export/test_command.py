"""`saji-ground export`: what is asked for is written, what is not known is refused before anything is."""

import pytest
from click.testing import CliRunner

from flight.icd.catalogue import mission_dictionary
from ground.export.command import EXPORTS, export_command, write_exports
from ground.export.icd_document import icd_document
from ground.export.xtce import xtce


def test_both_are_written_where_asked_and_named(tmp_path):
    to = tmp_path / "new" / "folder"
    result = CliRunner().invoke(export_command, ["xtce,icd", "--to", str(to)])
    assert result.exit_code == 0
    assert result.output.split() == [str(to / "saji.xtce.xml"), str(to / "icd.md")]
    assert (to / "saji.xtce.xml").read_bytes() == xtce(mission_dictionary())
    assert (to / "icd.md").read_bytes() == icd_document(mission_dictionary())


@pytest.mark.parametrize("names", ["pdf", "icd,pdf", "icd,", "ICD"])
def test_an_unknown_export_is_refused_with_those_allowed_and_nothing_is_written(names, tmp_path):
    with pytest.raises(ValueError, match=f"allowed: {', '.join(EXPORTS)}"):
        write_exports(names, tmp_path / "out")
    assert not (tmp_path / "out").exists()
