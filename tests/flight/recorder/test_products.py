"""Products: their octets, their files, and how they get to the recorder."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.events.imaging import ProductDropped, ProductMade
from flight.icd.events.location import SampleLocated
from flight.icd.events.sampling import (
    ContactFound,
    PhaseBegan,
    SampleCollected,
    SamplingEnded,
    TareDone,
    WeighingDone,
)
from flight.icd.imaging import ProductKind, ProductSource
from flight.icd.modes import Phase
from flight.recorder.product_log import AGAIN_NS, TRIES, WAITING, ProductLog, Scene
from flight.recorder.products import (
    About,
    ProductError,
    build_product,
    next_sequence,
    parse_product,
    product_name,
    read_products,
)
from flight.recorder.records import Kind
from flight.recorder.store import Store
from flight.services.timebase import TimeBase

ABOUT = About(
    ProductKind.PICTURE, 7, 2_208_988_800_000_000_123, 5_000_000_000, Phase.WEIGH, ProductSource.CAMERA,
    (1.5, 0.25, -0.5), -3.125, 2,
)  # fmt: skip
SCENE = Scene(Phase.DIG, (1.0, 2.0, 3.0), -1.0)


class Recorder:
    def __init__(self):
        self.taken, self.refuses = [], False

    def append(self, kind, data, now_ns):
        if not self.refuses:
            self.taken.append((kind, data, now_ns))
        return not self.refuses


class Rig:
    def __init__(self):
        self.recorder, self.events = Recorder(), []
        self.log = ProductLog(self.recorder, TimeBase(1000), lambda: SCENE, self.events.append, first=5)

    def reported(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def rig():
    return Rig()


@pytest.mark.requirement("PRD-1")
@given(content=st.binary(max_size=500))
def test_a_product_is_read_back_as_it_was_made(content):
    product = parse_product(build_product(ABOUT, content))
    assert product.about._replace(exposure_s=0.0) == ABOUT._replace(exposure_s=0.0)
    assert math.isnan(product.about.exposure_s)
    assert product.content == content


@pytest.mark.requirement("PRD-1")
def test_no_octet_of_a_product_can_be_wrong_unnoticed():
    octets = build_product(ABOUT, b"what was seen")
    for at in range(len(octets)):
        wrong = bytearray(octets)
        wrong[at] ^= 0x10
        with pytest.raises(ProductError):
            parse_product(bytes(wrong))
    for size in range(len(octets)):
        with pytest.raises(ProductError):
            parse_product(octets[:size])


def test_a_stored_product_is_a_file_by_its_number_and_is_read_back(tmp_path):
    store = Store(tmp_path)
    assert store.append(Kind.PRODUCT, build_product(ABOUT, b"jpeg"), 5)
    store.close()
    ((path, product),) = read_products(tmp_path)
    assert path.name == product_name(ABOUT) == "0007-picture.product"
    assert (product.content, product.about.tai_ns) == (b"jpeg", ABOUT.tai_ns)
    assert store.tally.products == 1


@pytest.mark.requirement("PRD-1")
def test_a_power_cut_leaves_a_product_whole_or_not_at_all_and_its_number_is_not_lost(tmp_path):
    store = Store(tmp_path)
    store.append(Kind.PRODUCT, build_product(ABOUT, b"whole"), 5)
    octets = build_product(ABOUT._replace(sequence=8), b"torn")
    for size in range(len(octets)):
        (tmp_path / "products" / "0008-picture.product.part").write_bytes(octets[:size])
        Store(tmp_path)
        ((_, product),) = read_products(tmp_path)
        assert product.content == b"whole"
    assert next_sequence(tmp_path) == 8


def test_a_file_that_was_altered_is_told_and_hides_no_other(tmp_path):
    store = Store(tmp_path)
    for sequence in (1, 2):
        store.append(Kind.PRODUCT, build_product(ABOUT._replace(sequence=sequence), b"jpeg"), 5)
    (tmp_path / "products" / "0001-picture.product").write_bytes(b"SAJP, but no product")
    found = [product for _, product in read_products(tmp_path)]
    assert isinstance(found[0], ProductError)
    assert found[1].content == b"jpeg"


def test_what_is_no_product_is_not_stored(tmp_path):
    store = Store(tmp_path)
    assert not store.append(Kind.PRODUCT, b"no product", 5)
    assert list((tmp_path / "products").iterdir()) == []


def test_numbers_begin_with_one_and_go_on_after_those_stored(tmp_path):
    assert next_sequence(tmp_path) == 1
    Store(tmp_path).append(Kind.PRODUCT, build_product(ABOUT._replace(sequence=41), b""), 5)
    assert next_sequence(tmp_path) == 42


def test_a_product_is_announced_with_the_hashes_that_it_has(rig):
    made = rig.log.append(ProductKind.PICTURE, b"jpeg", 77, detail=2, source=ProductSource.CAMERA)
    rig.log.step(100)
    ((kind, octets, now_ns),) = rig.recorder.taken
    product = parse_product(octets)
    assert (kind, now_ns) == (Kind.PRODUCT, 77)
    assert (product.sha256, product.record_sha256) == (made.sha256, made.record_sha256)
    assert (product.about.sequence, product.about.tai_ns, product.about.edge_m) == (5, 1077, SCENE.edge_m)
    (event,) = rig.reported(ProductMade)
    assert event.sha256.to_bytes(8) == made.sha256[:8]
    assert event.record_sha256.to_bytes(8) == made.record_sha256[:8]


@pytest.mark.requirement("PRD-2")
def test_making_one_never_touches_the_recorder(rig):
    rig.log.append(ProductKind.PICTURE, b"jpeg", 0)
    assert rig.recorder.taken == []


@pytest.mark.requirement("PRD-2")
def test_a_product_that_the_recorder_refuses_is_offered_again(rig):
    rig.recorder.refuses = True
    rig.log.append(ProductKind.PICTURE, b"jpeg", 0)
    rig.log.step(0)
    rig.recorder.refuses = False
    rig.log.step(AGAIN_NS)
    assert len(rig.recorder.taken) == 1
    assert (rig.log.hk.recorded, rig.log.hk.dropped, rig.log.hk.waiting) == (1, 0, 0)


@pytest.mark.requirement("PRD-2")
def test_a_recorder_that_never_takes_it_costs_the_product_and_that_is_told(rig):
    rig.recorder.refuses = True
    rig.log.append(ProductKind.PICTURE, b"jpeg", 0)
    for n in range(TRIES):
        rig.log.step(n * AGAIN_NS)
    assert [event.sequence for event in rig.reported(ProductDropped)] == [5]
    assert (rig.log.hk.dropped, rig.log.hk.waiting) == (1, 0)


@pytest.mark.requirement("PRD-2")
def test_no_more_wait_than_there_is_room_for(rig):
    for _ in range(WAITING + 3):
        rig.log.append(ProductKind.PICTURE, b"jpeg", 0)
    assert len(rig.reported(ProductDropped)) == 3
    rig.log.flush(0)
    assert len(rig.recorder.taken) == WAITING


@pytest.mark.requirement("PRD-3")
@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (TareDone(force_n=0.25), ProductKind.WEIGHING), (WeighingDone(mass_g=52.0), ProductKind.WEIGHING),
        (ContactFound(force_n=0.5), ProductKind.CONTACT), (SampleLocated(latitude_deg=60.5), ProductKind.POSE),
        (SampleCollected(mass_g=52.0), ProductKind.DECISION), (SamplingEnded(digs=3), ProductKind.DECISION),
    ],
)  # fmt: skip
def test_weighings_touches_places_and_decisions_become_products_by_their_event_and_phases_do_not(rig, event, kind):
    rig.log.hear(event)
    rig.log.hear(PhaseBegan())
    rig.log.step(0)
    ((_, octets, _),) = rig.recorder.taken
    product = parse_product(octets)
    assert product.about.kind is kind
    assert product.content == type(event).ident.to_bytes(2) + event.encode()
