"""Decoding to columns: what is intact arrives in tables, what is lost is counted, bad input is named."""

import io

import numpy as np
import pyarrow.csv
import pyarrow.parquet
import pytest

from flight.icd.catalogue import mission_dictionary
from flight.icd.hk.scoop import MotionHk
from ground.decode import FormatError, check_formats, decode
from ground.receiver import Receiver
from ground.source import SourceError, read_source

FRAME = 1119


def decoded(octets, to, formats=("parquet",), size=1000):
    chunks = (octets[at : at + size] for at in range(0, len(octets), size))
    return decode(chunks, mission_dictionary(), to, list(formats))


def test_each_kind_of_packet_becomes_a_table(recording, tmp_path):
    result = decoded(recording, tmp_path, ("parquet", "csv"))
    assert result.rows == {
        "comms_hk": 2, "events": 2, "link_opened": 1, "motion_hk": 100, "system_hk": 10, "uplink_hk": 10,
        "uplink_open": 1,
    }  # fmt: skip
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{name}.{suffix}" for name in result.rows for suffix in ("parquet", "csv")
    }


def test_columns_are_the_records(recording, tmp_path):
    decoded(recording, tmp_path)
    table = pyarrow.parquet.read_table(tmp_path / "motion_hk.parquet")
    received = [each for each in Receiver(mission_dictionary()).feed(recording) if isinstance(each.record, MotionHk)]
    assert table["packet_sequence"].to_pylist() == [each.packet.sequence for each in received]
    for name, field in MotionHk.fields.items():
        for place in range(field.count):
            column = table[name if field.count == 1 else f"{name}_{place}"].to_pylist()
            values = [getattr(each.record, name) for each in received]
            assert column == [value if field.count == 1 else value[place] for value in values]


def test_times_are_tai(recording, tmp_path):
    decoded(recording, tmp_path)
    times = pyarrow.parquet.read_table(tmp_path / "system_hk.parquet")["tai"].to_numpy()
    since = times[0] - np.datetime64("2026-01-01T00:00:37")  # TAI of midnight UTC
    assert np.timedelta64(9980, "us") < since <= np.timedelta64(10, "ms")
    assert np.all(np.abs(np.diff(times) - np.timedelta64(1, "s")) < np.timedelta64(20, "us"))


def test_enumerations_are_names_and_units_travel_along(recording, tmp_path):
    decoded(recording, tmp_path)
    system = pyarrow.parquet.read_table(tmp_path / "system_hk.parquet")
    assert set(system["mode"].to_pylist()) == {"SAFE"}
    motion = pyarrow.parquet.read_schema(tmp_path / "motion_hk.parquet")
    assert motion.field("edge_m_2").metadata[b"unit"] == b"m"
    assert b"scoop edge" in motion.field("edge_m_2").metadata[b"doc"]


def test_csv_and_parquet_say_the_same(recording, tmp_path):
    decoded(recording, tmp_path, ("parquet", "csv"))
    parquet = pyarrow.parquet.read_table(tmp_path / "motion_hk.parquet")
    csv = pyarrow.csv.read_csv(tmp_path / "motion_hk.csv")
    assert csv.column_names == parquet.column_names
    assert csv["edge_m_2"].to_pylist() == parquet["edge_m_2"].to_pylist()
    assert np.array_equal(csv["tai"].to_numpy(), parquet["tai"].to_numpy())


def test_events_come_as_one_readable_table(recording, tmp_path):
    decoded(recording, tmp_path)
    row = pyarrow.parquet.read_table(tmp_path / "events.parquet").to_pylist()[0]
    assert (row["severity"], row["event"], row["values"]) == ("INFO", "link_opened", "port=0")


def test_a_truncated_stream_decodes_to_what_is_intact(recording, tmp_path):
    result = decoded(recording[: 6 * FRAME + 500], tmp_path)
    assert 0 < result.rows["motion_hk"] < 100
    assert (result.frames.bad_frames, result.frames.discarded_octets) == (1, 500)


def test_a_stream_of_noise_gives_no_tables(tmp_path):
    result = decoded(b"\x55" * 10_000, tmp_path)
    assert result.rows == {}
    assert result.frames.discarded_octets == 10_000


@pytest.mark.parametrize("size", [1, 999, 10**6])
def test_the_size_of_the_pieces_does_not_matter(recording, tmp_path, size):
    assert decoded(recording[: 4 * FRAME], tmp_path, size=size).rows == decoded(recording[: 4 * FRAME], tmp_path).rows


def test_formats_are_checked_before_anything_is_read():
    assert check_formats("CSV, parquet") == ["csv", "parquet"]
    with pytest.raises(FormatError, match="format 'xls' is unknown; allowed: parquet, csv"):
        check_formats("csv,xls")
    with pytest.raises(FormatError, match="no format"):
        check_formats(" ")


def test_a_source_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"none\.bin: No such file or directory"):
        list(read_source(str(tmp_path / "none.bin")))


def test_the_program_prints_rows_and_losses(run, recording, tmp_path):
    source = tmp_path / "tm.bin"
    source.write_bytes(recording[: 3 * FRAME] + recording[4 * FRAME :])
    result = run("decode", source, "--to", tmp_path / "out", "--format", "csv")
    assert result.exit_code == 0
    assert "1 lost frames" in result.stdout
    assert "motion_hk" in result.stdout
    assert (tmp_path / "out" / "motion_hk.csv").exists()


def test_the_program_reads_standard_input(run, recording, tmp_path):
    result = run("decode", "-", "--to", tmp_path, input=recording)
    assert result.exit_code == 0
    assert "losses: none" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.bin",), "saji-ground: none.bin: No such file or directory\n"),
        (("none.bin", "--format", "xls"), "saji-ground: format 'xls' is unknown; allowed: parquet, csv\n"),
        (("ftp://x",), "saji-ground: link ftp://x: not the name of a link; give socket://host:port\n"),
    ],
)
def test_bad_input_ends_with_status_2_and_one_line(run, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    result = run("decode", *arguments, "--to", tmp_path)
    assert (result.exit_code, result.stderr) == (2, message)


def test_a_file_without_frames_has_status_1(run, tmp_path):
    (tmp_path / "noise.bin").write_bytes(bytes(5000))
    assert run("decode", tmp_path / "noise.bin", "--to", tmp_path).exit_code == 1


def test_progress_goes_to_standard_error_alone(recording, tmp_path):
    told = []
    chunks = iter([recording])
    decode(chunks, mission_dictionary(), tmp_path, ["csv"], lambda octets, packets: told.append((octets, packets)))
    assert told == [(len(recording), 2 + 2 + 100 + 10 + 10)]


def test_standard_input_may_be_a_pipe(monkeypatch):
    class Pipe:
        buffer = io.BufferedReader(io.BytesIO(b"abc"))

    monkeypatch.setattr("sys.stdin", Pipe)
    assert b"".join(read_source("-")) == b"abc"


def test_a_recorder_keeps_what_comes_and_goes_on_with_what_it_has(run, recording, tmp_path):
    (tmp_path / "tm.bin").write_bytes(recording)
    for times in (1, 2):
        result = run("record", tmp_path / "tm.bin", "--to", tmp_path / "new" / "kept.cadu")
        assert (result.exit_code, result.stdout) == (
            0,
            f"{tmp_path}/new/kept.cadu: {times * len(recording)} octets\n",
        )
        assert (tmp_path / "new" / "kept.cadu").read_bytes() == times * recording
