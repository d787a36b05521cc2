"""A rover's sample: its place among the products, bound to it by its identity, true, and told again after a restart."""

import pytest

from flight.icd.events.location import SampleLocated
from flight.icd.imaging import ProductKind
from flight.icd.modes import Custody
from flight.recorder.products import read_products
from hil.lockstep import Lockstep


def places(mission):
    """What the stored products tell of places, in the order of their numbers."""
    products = [product for _, product in read_products(mission.store)]
    found = [product.content for product in products if product.about.kind is ProductKind.POSE]
    assert all(content[:2] == SampleLocated.ident.to_bytes(2) for content in found)
    return [SampleLocated.decode(content[2:]) for content in found]


@pytest.mark.requirement("LOC-1")
@pytest.mark.requirement("LOC-3")
@pytest.mark.requirement("LOC-4")
def test_a_rovers_sample_is_where_it_is_said_to_be_also_after_a_restart():
    with Lockstep("m2_rover", 3) as mission:
        for _ in mission.run():
            pass
        record, result = mission.app.scoop.content.chain.record, mission.result()
        (told,) = places(mission)
        assert told.sample == record.sample
        assert 0.0 < result.location.location_error_m <= told.u95_m
        assert 0.0 < result.location.dug_error_m <= told.dug_u95_m
        assert told.u_odometry_m > 0.0
        assert told.longitude_deg == pytest.approx(355.389, abs=1e-3)
        mission.restart(100)
        for _ in range(200):
            mission.step()
        assert mission.app.scoop.content.custody is Custody.COLLECTED
        first, again = places(mission)
        assert (again.sample, again.dug_m) == (first.sample, first.dug_m)
        assert again.latitude_deg == first.latitude_deg
