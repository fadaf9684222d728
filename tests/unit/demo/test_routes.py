"""The routes and recordings of the demonstration: whatever the seed, they pass the rules of a run."""
import functools
import itertools
import math
import random
import statistics

import pytest

from demo import days, people, routes

SEEDS = range(25)
CITY = days.CENTRE
START_MS = 1_778_400_000_000


def metres(a: list, b: list) -> float:
    """Between two fixes."""
    east = (b[2] - a[2]) * math.cos(math.radians(a[1]))
    return math.hypot(east, b[1] - a[1]) * routes.METRES_PER_DEGREE


@functools.lru_cache(maxsize=None)
def recording(seed: int) -> list:
    rng = random.Random(seed)
    who = people.CITIZENS[seed % len(people.CITIZENS)]
    route = routes.around(rng, who.home, rng.uniform(*routes.LENGTH_M), days.PARKS)
    return routes.recorded(rng, CITY, route, START_MS, who.speed_mps)


def windows(fixes: list, size: int):
    """Speeds over so many seconds."""
    for at in range(0, len(fixes) - size, size):
        part = fixes[at:at + size + 1]
        yield sum(metres(a, b) for a, b in itertools.pairwise(part)) / size


def nearest_m(fixes: list, place: list) -> float:
    return min(metres(fix, [0, *place]) for fix in fixes)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_seed_gives_the_same_recording_and_another_seed_another(seed):
    assert recording(seed) == recording.__wrapped__(seed)
    assert recording(seed) != recording(seed + len(SEEDS))


@pytest.mark.parametrize("seed", SEEDS)
def test_there_is_a_fix_a_second_and_steps_never_fall(seed):
    fixes = recording(seed)
    assert [fix[0] for fix in fixes] == list(range(START_MS, START_MS + 1000 * len(fixes), 1000))
    assert all(a[4] <= b[4] for a, b in itertools.pairwise(fixes))
    assert all(0 < fix[3] <= 35 for fix in fixes)


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_is_ever_faster_than_five_metres_a_second(seed):
    fixes = recording(seed)
    assert max(metres(a, b) for a, b in itertools.pairwise(fixes)) < 5


@pytest.mark.parametrize("seed", SEEDS)
def test_a_recording_is_long_enough_for_territory(seed):
    fixes = recording(seed)
    length = sum(metres(a, b) for a, b in itertools.pairwise(fixes))
    assert 0.9 * routes.LENGTH_M[0] <= length <= 1.25 * routes.LENGTH_M[1]
    assert len(fixes) >= 3 * 60
    assert 2 < length / len(fixes) < 4


@pytest.mark.parametrize("seed", SEEDS)
def test_the_speed_is_as_uneven_as_a_persons(seed):
    assert statistics.pvariance(windows(recording(seed), 10)) > 0.012


@pytest.mark.parametrize("seed", SEEDS)
def test_speed_changes_slowly(seed):
    fixes = recording(seed)
    odd = [at for at in range(3, len(fixes) - 3)
           if abs(metres(fixes[at], fixes[at + 3]) - metres(fixes[at - 3], fixes[at])) / 9 > 2]
    assert odd == []


@pytest.mark.parametrize("seed", SEEDS)
def test_the_cadence_is_a_runners(seed):
    fixes = recording(seed)
    assert 125 < fixes[-1][4] / (len(fixes) / 60) < 200


@pytest.mark.parametrize("seed", SEEDS)
def test_a_route_ends_where_it_began(seed):
    fixes = recording(seed)
    assert metres(fixes[0], fixes[-1]) < 60


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_route_on_another_day_is_no_replay(seed):
    route = routes.loop(random.Random(seed), (0, 0), 2000)

    def places(noise: int) -> set:
        fixes = routes.recorded(random.Random(noise), CITY, route, START_MS, 3.0)
        return {(round(fix[1], 5), round(fix[2], 5)) for fix in fixes}

    first, second = places(2 * seed), places(2 * seed + 1)
    assert len(first & second) < 0.4 * min(len(first), len(second))


@pytest.mark.parametrize("shape", [routes.loop, routes.blocks, routes.out_and_back])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_shape_starts_where_asked_and_is_as_long_as_asked(shape, seed):
    rng = random.Random(seed)
    start = rng.uniform(-3000, 3000), rng.uniform(-3000, 3000)
    wanted = rng.uniform(*routes.LENGTH_M)
    route = shape(rng, start, wanted)
    assert route[0] == pytest.approx(start)
    assert routes.length_m(route) == pytest.approx(wanted, abs=3 * routes.POINT_M)


@pytest.mark.parametrize("seed", SEEDS)
def test_laps_are_whole_and_stay_round_the_park(seed):
    rng = random.Random(seed)
    centre, lap = rng.choice(days.PARKS)
    route = routes.laps(rng, centre, lap, rng.uniform(*routes.LENGTH_M))
    count = routes.length_m(route) / lap
    assert count >= 0.999 and count == pytest.approx(round(count), abs=0.001)
    assert route[0] == pytest.approx(route[-1])
    assert all(math.dist(centre, point) < lap / 2 for point in route)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_citys_lap_counts_for_its_race(seed):
    rng = random.Random(seed)
    fixes = routes.recorded(rng, CITY, days.city_lap(), START_MS, rng.uniform(*routes.SPEED_MPS))
    race = next(event for event in days.events_of(days.day_at(days.instant_of(START_MS)))
                if "checkpoints" in event)
    assert all(nearest_m(fixes, place) < 30 for place in race["checkpoints"])
    length = sum(metres(a, b) for a, b in itertools.pairwise(fixes))
    assert length == pytest.approx(days.LAP_M, rel=0.08)
