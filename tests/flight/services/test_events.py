"""Events: counted, sent, and kept while there is no downlink yet."""

from flight.icd.events.comms import LinkLost, LinkOpened
from flight.services.events import EARLY, EventService


def test_events_are_sent_and_counted():
    sent, service = [], EventService()
    service.connect(sent.append)
    service.emit(LinkOpened(port=1))
    service.emit(LinkLost(port=1))
    assert sent == [LinkOpened(port=1), LinkLost(port=1)]
    assert service.count == 2


def test_what_comes_before_the_downlink_waits_in_order():
    sent, service = [], EventService()
    for port in range(3):
        service.emit(LinkOpened(port=port))
    service.connect(sent.append)
    assert [event.port for event in sent] == [0, 1, 2]


def test_only_the_first_so_many_wait_and_the_rest_is_counted():
    sent, service = [], EventService()
    for port in range(EARLY + 5):
        service.emit(LinkOpened(port=port))
    service.connect(sent.append)
    assert [event.port for event in sent] == list(range(EARLY))
    assert service.count == EARLY + 5
