"""The link model: late, lossy and noisy as asked, the same every time, and honest about it."""

import pytest

from hil.link_model import Direction, LinkModel, Path

S = 10**9


def test_frames_arrive_whole_in_order_after_the_light_time():
    link = LinkModel(Path(1.3), Path(1.3), seed=1)
    link.ground.write(b"one", 0)
    link.ground.write(b"two", S)
    assert link.board.read(1_299_999_999) == b""
    assert link.board.read(1_300_000_000) == b"one"
    assert link.board.read(3 * S) == b"two"
    link.board.write(b"down", 4 * S)
    assert link.ground.read(6 * S) == b"down"


def test_the_asked_share_of_frames_is_lost_and_counted():
    direction = Direction(Path(loss=0.2), seed=3)
    arrived = [direction.impair(b"frame") for _ in range(20_000)]
    assert direction.lost == arrived.count(None)
    assert direction.lost == pytest.approx(4000, abs=5 * (20_000 * 0.2 * 0.8) ** 0.5)


def test_bits_are_wrong_at_the_asked_rate_and_counted():
    direction = Direction(Path(bit_error_rate=1e-3), seed=4)
    frame = bytes(1000)
    wrong = sum(int.from_bytes(direction.impair(frame)).bit_count() for _ in range(1000))
    assert direction.flipped_bits == wrong
    assert wrong == pytest.approx(8000, abs=5 * 8000**0.5)


def test_every_bit_can_be_hit():
    direction = Direction(Path(bit_error_rate=0.3), seed=5)
    hit = 0
    for _ in range(200):
        hit |= int.from_bytes(direction.impair(bytes(4)))
    assert hit == 0xFFFFFFFF


def test_the_same_seed_impairs_the_same_frames():
    one, two, other = (Direction(Path(loss=0.5, bit_error_rate=1e-2), seed) for seed in (1, 1, 2))
    frames = [bytes([number]) * 50 for number in range(100)]
    assert [one.impair(frame) for frame in frames] == [two.impair(frame) for frame in frames]
    assert [one.impair(frame) for frame in frames] != [other.impair(frame) for frame in frames]


@pytest.mark.parametrize("wrong", [{"light_time_s": -1.0}, {"loss": 1.5}, {"bit_error_rate": 1.0}])
def test_a_path_that_can_not_be_is_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        Path(**wrong)
