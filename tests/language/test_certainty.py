"""Where the examples lie, and how far signals can be trusted, on points made up for it."""

from __future__ import annotations

import numpy as np
import pytest

from bot.language.certainty import CLOSEST, Landscape, Trust, signals
from bot.language.weights import Floats

# Two topics, each spread ten times wider from left to right than from bottom to top.
POINTS = np.array(
    [[x + dx, dy] for x in (0.0, 20.0) for dx in (-1.0, 0, 1.0) for dy in (-0.1, 0, 0.1)],
    np.float32,
)
TOPIC = np.repeat([0, 1], 9)
LAND = Landscape.of(POINTS, TOPIC)


def points(*places: tuple[float, float]) -> Floats:
    return np.array(places, np.float32)


def test_the_middle_of_a_topic_is_no_way_off() -> None:
    assert LAND.distance(points((0, 0), (20, 0))) == pytest.approx(0, abs=0.05)


def test_the_nearest_topic_counts() -> None:
    near, between, far = LAND.distance(points((2, 0), (10, 0), (40, 0)))
    assert near < between < far
    assert LAND.distance(points((21, 0)))[0] == pytest.approx(
        LAND.distance(points((1, 0)))[0], rel=0.05
    )


def test_a_step_that_topics_often_take_is_shorter() -> None:
    along, across = LAND.distance(points((1, 0), (0, 1)))
    assert across > 5 * along


def test_the_distance_is_what_the_spread_makes_of_the_way_to_the_middle() -> None:
    middles = np.stack([POINTS[one == TOPIC].mean(axis=0) for one in (0, 1)]).astype(float)
    for place in ((3.0, 0.2), (12.0, -1.0), (-4.0, 0.0)):
        ways = [np.array(place) - middle for middle in middles]
        expected = min(way @ LAND.spread.astype(float) @ way for way in ways)
        assert LAND.distance(points(place))[0] == pytest.approx(expected, rel=1e-3, abs=0.05)


def test_nearness_is_the_mean_likeness_of_the_closest() -> None:
    angles = np.radians([0, 10, 20, 30, 170, 180])
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    few = Landscape.of(circle, np.array([0, 0, 0, 0, 1, 1]))
    assert few.nearness(points((1, 0)))[0] == pytest.approx(np.cos(angles).mean(), abs=1e-5)
    many = Landscape.of(
        np.concatenate([np.tile(circle[:1], (CLOSEST, 1)), circle[1:]]),
        np.array([0] * (CLOSEST + 3) + [1, 1]),
    )
    assert many.nearness(points((1, 0)))[0] == pytest.approx(1, abs=1e-5)
    assert many.nearness(points((0, 1)))[0] < many.nearness(points((1, 0)))[0]


def test_the_order_of_messages_makes_no_difference() -> None:
    some = points((1, 0), (0, 1), (13, 2))
    assert LAND.nearness(some[::-1]).tolist() == LAND.nearness(some).tolist()[::-1]
    assert LAND.distance(some[::-1]).tolist() == LAND.distance(some).tolist()[::-1]


def test_the_signals_of_a_message() -> None:
    scores = np.array([[2.0, 1.0, -1.0], [50.0, 0.0, 0.0]])
    shares = np.array([[0.7, 0.2, 0.1], [0.98, 0.01, 0.01]])
    at = points((1, 0), (15, 0))
    found = signals(LAND.places(at), scores, shares)
    assert found[:, 0].tolist() == [0.7, 0.98]
    assert found[:, 1] == pytest.approx(np.log(np.exp(scores).sum(axis=1)))
    assert found[:, 2].tolist() == pytest.approx(LAND.nearness(at).tolist())
    assert found[:, 3].tolist() == pytest.approx((-LAND.distance(at)).tolist())


def seen(count: int = 400) -> tuple[Floats, Floats]:
    """Signals that rise and fall together, and probabilities that go with them."""
    chance = np.random.RandomState(0)
    clear = chance.uniform(-1, 1, count)
    noise = chance.normal(0, 0.1, (count, 4))
    first = 0.65 + 0.3 * clear
    return clear[:, None] * [0.2, 3, 0.1, 40] + noise, np.stack([first, 1 - first], axis=1)


HEARD, SHARES = seen()
RIGHT = np.random.RandomState(1).uniform(-1, 1, len(HEARD)) < HEARD[:, 1] / 3
TRUST = Trust.learn(HEARD, SHARES, RIGHT)


def test_high_signals_come_to_mean_right() -> None:
    trust = TRUST.trust(HEARD, SHARES)
    best, worst = HEARD[:, 1] > 2, HEARD[:, 1] < -2
    assert trust[best].min() > 0.6 > 0.4 > trust[worst].max()
    turned = Trust.learn(HEARD, SHARES, ~RIGHT).trust(HEARD, SHARES)
    assert turned[best].max() < 0.4, "what they mean is learnt, not assumed"


def test_trust_is_a_probability_and_an_honest_one() -> None:
    trust = TRUST.trust(HEARD, SHARES)
    assert trust.min() > 0 and trust.max() < 1
    assert trust.mean() == pytest.approx(RIGHT.mean(), abs=0.01)
    for low in (0.0, 0.25, 0.5, 0.75):
        part = (trust >= low) & (trust < low + 0.25)
        assert RIGHT[part].mean() == pytest.approx(trust[part].mean(), abs=0.12)


@pytest.mark.parametrize("signal", [1e3, -1e3, 0.0])
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_strangest_message_gets_a_probability(signal: float, share: float) -> None:
    heard, shares = np.full((1, 4), signal), np.array([[share, 1 - share]])
    with np.errstate(over="ignore"):  # infinitely little trust is none
        assert 0 <= TRUST.trust(heard, shares)[0] <= 1


def test_what_is_stranger_than_all_that_was_seen_is_unfamiliar() -> None:
    known = TRUST.familiarity(HEARD)
    assert 0.99 <= (known >= TRUST.strangest).mean() < 1
    assert TRUST.familiarity(np.array([[-5.0, -50.0, -5.0, -900.0]]))[0] < TRUST.strangest
    assert TRUST.familiarity(HEARD.mean(axis=0)[None])[0] == pytest.approx(0, abs=1e-6)


def test_the_same_signals_teach_the_same() -> None:
    again = Trust.learn(HEARD, SHARES, RIGHT)
    assert (again.weights.tobytes(), again.bias) == (TRUST.weights.tobytes(), TRUST.bias)
