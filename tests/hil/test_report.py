"""The demonstration: what it leaves, and what its page says."""

import base64
import csv
import hashlib
import json
import re
import shlex
import shutil
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner
from PIL import Image

from hil.cli import cli
from hil.config import load_bench
from hil.demo import MISSIONS, fly_into, run_demo
from hil.faults import parse_faults
from hil.report.page import write_page
from hil.report.record import Record
from hil.report.reports import lines

VOID = {"meta", "img", "br", "link", "path", "use", "image"}


class Outline(HTMLParser):
    """Elements of a page: their attributes by tag, headings, ids, and whether what opens also closes."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.open, self.unbalanced = {}, [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.setdefault(tag, []).append(attributes)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo")
    assert run_demo(MISSIONS, 1, out, rendered=False) == 0
    return out


@pytest.fixture(scope="module")
def page(demo):
    return (demo / "report.html").read_text(encoding="utf-8")


@pytest.mark.requirement("MIS-3")
@pytest.mark.parametrize("mission", MISSIONS)
def test_each_mission_leaves_its_folder(demo, mission):
    folder = demo / mission
    assert {path.name for path in folder.iterdir()} >= {
        "frames.cadu", "telemetry", "truth.csv", "result.json", "mission.png", "pictures",
    }  # fmt: skip
    assert json.loads((folder / "result.json").read_text())["result"] == "collected"
    with Image.open(folder / "mission.png") as picture:
        assert picture.size == (1430, 1300)


@pytest.mark.parametrize(
    ("mission", "servos"),
    [
        ("m1_lander", ["azimuth", "shoulder", "elbow", "scoop"]),
        ("m2_rover", ["lift", "curl", "front_left", "front_right", "rear_left", "rear_right"]),
    ],
)
def test_truth_names_each_torque_by_its_servo(demo, mission, servos):
    with (demo / mission / "truth.csv").open(newline="") as file:
        names, *rows = csv.reader(file)
    assert names[6:] == [f"{servo}_nm" for servo in servos]
    assert {len(row) for row in rows} == {len(names)}


def test_the_page_needs_nothing_else(page):
    outline = Outline(page)
    assert "script" not in outline.tags
    assert "link" not in outline.tags
    targets = re.findall(r'(?:src|href)="([^"]*)"', page) + re.findall(r"url\(([^)]*)\)", page)
    assert all(target.startswith(("data:", "#")) for target in targets)


def test_the_page_is_well_formed_and_can_be_read_without_eyes(page):
    outline = Outline(page)
    assert outline.unbalanced == []
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.tags["html"] == [{"lang": "en"}]
    assert all(svg["role"] == "img" and svg["aria-label"] for svg in outline.tags["svg"])
    assert all(image["alt"] for image in outline.tags["img"])
    assert len(outline.tags["h1"]) == 1
    references = {target[1:] for target in re.findall(r'href="(#[^"]*)"', page)}
    assert references <= set(outline.ids)


@pytest.mark.requirement("MIS-3")
@pytest.mark.parametrize("mission", MISSIONS)
def test_the_page_tells_the_result_its_interval_and_how_to_fly_it_again(demo, page, mission):
    result = json.loads((demo / mission / "result.json").read_text())
    for told in (
        f'{result["mass_est_g"]:.1f} <span class="half">± {result["mass_u95_g"]:.1f} g',
        f"{result['mass_true_g']:.1f} g</span>, inside",
        result["tm_sha256"],
    ):
        assert told in page


@pytest.mark.requirement("BEN-1")
def test_the_command_of_the_page_flies_the_same_telemetry_again(demo, page, tmp_path):
    (command,) = re.findall(r"<code>saji-hil (fly --mission m1_lander .*?)</code>", page)
    done = CliRunner().invoke(cli, [str(tmp_path) if word == "again" else word for word in shlex.split(command)])
    assert done.exit_code == 0
    told = json.loads((demo / "m1_lander" / "result.json").read_text())
    assert json.loads(done.stdout)["tm_sha256"] == told["tm_sha256"]


@pytest.mark.requirement("MIS-3")
@pytest.mark.parametrize("mission", MISSIONS)
def test_every_phase_and_event_is_told_with_its_numbers(demo, page, mission):
    flown = Record(demo / mission)
    assert [span.phase for span in flown.spans] == list(flown.table("phase_began")["phase"])
    assert all(span.lasted_s > 0.0 for span in flown.spans)
    told = lines(flown)
    assert len(told) + len(flown.spans) == len(flown.table("events"))
    (weighed,) = [line for line in told if line.name == "sample collected"]
    assert dict(weighed.numbers)["mass"] == f"{float(flown.table('sample_collected')['mass_g'][0]):.4g} g"
    assert "`" not in " ".join(line.meaning for line in told)


@pytest.mark.parametrize("mission", MISSIONS)
def test_the_place_is_told_with_its_radius_and_how_far_that_is_from_the_truth(demo, page, mission):
    result = json.loads((demo / mission / "result.json").read_text())
    latitude, longitude = result["latitude_deg"], (result["longitude_deg"] + 180) % 360 - 180
    assert f"{latitude:.5f}° N, {abs(longitude):.5f}° {'E' if longitude > 0 else 'W'}" in page
    assert f"truly {result['location_error_m']:.1f} m away" in page


def test_small_numbers_are_told_in_thousandths(demo):
    (tare,) = [line for line in lines(Record(demo / "m1_lander")) if line.name == "tare done"]
    assert re.fullmatch(r"[1-9]\.\d+ mN", dict(tare.numbers)["noise"])


@pytest.mark.requirement("MIS-3")
@pytest.mark.parametrize("mission", MISSIONS)
def test_every_picture_is_shown_and_is_the_one_that_telemetry_told_of(demo, page, mission):
    flown = Record(demo / mission)
    kinds = [picture.kind for picture in flown.pictures]
    assert (kinds[0], kinds[-1], set(kinds)) == ("before", "after", {"before", "collection", "material", "after"})
    sources = [image["src"] for image in Outline(page).tags["img"]]
    for picture in flown.pictures:
        octets = picture.path.read_bytes()
        assert f"data:image/jpeg;base64,{base64.b64encode(octets).decode()}" in sources
        assert f"{hashlib.sha256(octets).hexdigest()[:16]}…</code> as told" in page
    assert "NOT told" not in page


def test_a_picture_that_telemetry_does_not_know_is_called_that(demo, tmp_path):
    mission = tmp_path / "m1_lander"
    shutil.copytree(demo / "m1_lander", mission)
    first = Record(mission).pictures[0].path
    first.write_bytes(first.read_bytes() + b"\0")
    text = write_page(tmp_path, [(Record(mission), load_bench("m1_lander")[0])]).read_text()
    assert text.count("NOT told in telemetry") == 1


def test_a_mission_that_ended_safe_has_a_page_too(tmp_path):
    """Before it touched or weighed anything: what there is not, is told as lacking."""
    fly_into(tmp_path, "m1_lander", 1, faults=parse_faults(["unplugged_adapter@8+forever"]), rendered=False)
    text = write_page(tmp_path, [(Record(tmp_path), load_bench("m1_lander")[0])]).read_text()
    assert Outline(text).unbalanced == []
    assert "not weighed" in text
    assert "✗ no" in text


@pytest.mark.parametrize("mission", MISSIONS)
def test_in_the_soil_is_what_the_truth_says_and_not_the_whole_of_a_pass(demo, mission):
    flown = Record(demo / mission)
    time_s, depth_m = flown.truth["time_s"], flown.truth["depth_m"]
    inside = sum(((time_s >= span.start_s) & (time_s <= span.end_s) for span in flown.in_soil), start=0 * time_s)
    assert list(inside == 1) == list(depth_m > 0.0)
    cut_s, soil_s = (sum(span.lasted_s for span in spans) for spans in (flown.cuts, flown.in_soil))
    assert 0.0 < soil_s < cut_s


@pytest.mark.parametrize(
    ("inside_m", "said"), [(-0.0071, "never inside</span>, nearest 7 mm outside"), (0.0123, "12.3 mm INSIDE</span>")]
)
def test_keep_out_is_told_by_the_truth(demo, tmp_path, inside_m, said):
    mission = tmp_path / "m2_rover"
    shutil.copytree(demo / "m2_rover", mission)
    *rows, last = (mission / "truth.csv").read_text().splitlines()
    fields = last.split(",")
    fields[5] = f"{inside_m:.5f}"
    kept = [",".join([*row.split(",")[:5], "-0.10000", *row.split(",")[6:]]) for row in rows[1:]]
    (mission / "truth.csv").write_text("\n".join([rows[0], *kept, ",".join(fields)]) + "\n")
    text = write_page(tmp_path, [(Record(mission), load_bench("m2_rover")[0])]).read_text()
    where = json.loads((mission / "result.json").read_text())["keep_out_where"].replace("_", " ")
    assert f"{said} ({where})" in " ".join(text.split())


def test_a_mission_without_boxes_says_nothing_of_keep_out(demo, tmp_path):
    mission = tmp_path / "m2_rover"
    shutil.copytree(demo / "m2_rover", mission)
    names, *rows = (row.split(",") for row in (mission / "truth.csv").read_text().splitlines())
    (mission / "truth.csv").write_text(
        "\n".join(",".join(row) for row in [names, *[[*row[:5], "-inf", *row[6:]] for row in rows]]) + "\n"
    )
    assert "Keep-out" not in write_page(tmp_path, [(Record(mission), load_bench("m2_rover")[0])]).read_text()
