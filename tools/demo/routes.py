"""Runs that never happened: routes through a city, and what a phone on them would record.

Pure; all chance comes from the `random.Random` that is passed in. A route is a list of points
(east_m, north_m) from the city's centre. A recording is a list of fixes `[t, lat, lon, acc_m, steps]`,
one a second, with `t` in milliseconds.
"""
import bisect
import itertools
import math

METRES_PER_DEGREE = 111_195.0
SPEED_MPS = (2.3, 3.7)  # What a runner may have as a usual speed: 7:15 to 4:30 a kilometre.
LENGTH_M = (1000, 4000)
POINT_M = 15  # Between the points of a curve.
STREET_M = 7  # Out on one side, back on the other.
SWAY = (0.06, 0.03, 0.04)  # Shares of the speed: long waves, short waves, moods.
DRIFT_KEPT = 0.99  # A receiver's error wanders; white noise would look like leaps.
DRIFT_STEP_M = 0.25
CADENCE_SPM = (158, 176)


def placed(city: tuple, point: tuple) -> tuple:
    """(lat, lon) of a point that is so far east and north of the city's (lat, lon)."""
    lat = city[0] + point[1] / METRES_PER_DEGREE
    return lat, city[1] + point[0] / (METRES_PER_DEGREE * math.cos(math.radians(city[0])))


def length_m(route: list) -> float:
    return sum(math.dist(a, b) for a, b in itertools.pairwise(route))


def scaled(shape: list, start: tuple, wanted_m: float) -> list:
    """The shape with its first point moved to `start`, as long as wanted."""
    factor = wanted_m / length_m(shape)
    return [(start[0] + (x - shape[0][0]) * factor, start[1] + (y - shape[0][1]) * factor)
            for x, y in shape]


def loop(rng, start: tuple, wanted_m: float) -> list:
    """A closed, dented curve."""
    waves = [(k, rng.uniform(0, 0.3 / k), rng.uniform(0, 2 * math.pi)) for k in (2, 3, 4)]
    turn, way = rng.uniform(0, 2 * math.pi), rng.choice((-1, 1))
    count = max(12, int(wanted_m / POINT_M))
    shape = []
    for step in range(count + 1):
        angle = turn + way * 2 * math.pi * step / count
        radius = 1 + sum(a * math.cos(k * angle + phase) for k, a, phase in waves)
        shape.append((radius * math.cos(angle), radius * math.sin(angle)))
    return scaled(shape, start, wanted_m)


def blocks(rng, start: tuple, wanted_m: float) -> list:
    """Round some blocks of a street grid, leaving one corner out."""
    wide, notch_x, notch_y = rng.uniform(0.35, 0.65), rng.uniform(0, 0.5), rng.uniform(0, 0.5)
    high, tilt = 1 - wide, rng.gauss(0.05, 0.02)
    corners = [(0, 0), (wide, 0), (wide, high * (1 - notch_y)), (wide * (1 - notch_x), high * (1 - notch_y)),
               (wide * (1 - notch_x), high), (0, high), (0, 0)]
    east, north = rng.choice((-1, 1)), rng.choice((-1, 1))
    turned = [(x * east * math.cos(tilt) - y * north * math.sin(tilt),
               x * east * math.sin(tilt) + y * north * math.cos(tilt)) for x, y in corners]
    return scaled(turned, start, wanted_m)


def out_and_back(rng, start: tuple, wanted_m: float) -> list:
    """Along a winding street and back on its other side; the first bearing leads over the centre's side."""
    heading = math.atan2(-start[1], -start[0]) + rng.uniform(-1.2, 1.2)
    side = (STREET_M * math.sin(heading), -STREET_M * math.cos(heading))
    out = [start]
    for _ in range(math.ceil(wanted_m / 2 / POINT_M)):
        heading += rng.gauss(0, 0.12)
        out.append((out[-1][0] + POINT_M * math.cos(heading), out[-1][1] + POINT_M * math.sin(heading)))
    return out + [(x + side[0], y + side[1]) for x, y in reversed(out)]


def laps(rng, centre: tuple, lap_m: float, wanted_m: float) -> list:
    """Round a park, whole laps, at least one."""
    count = max(1, round(wanted_m / lap_m))
    once = loop(rng, (0, 0), lap_m)
    middle = [sum(axis) / len(once) for axis in zip(*once)]
    once = [(centre[0] + x - middle[0], centre[1] + y - middle[1]) for x, y in once]
    return once + once[1:] * (count - 1)


def around(rng, home: tuple, wanted_m: float, parks: list) -> list:
    """Some route for somebody who lives there. `parks` are ((east_m, north_m), lap_m)."""
    near = [park for park in parks if math.dist(park[0], home) < 1500]
    if near and rng.random() < 0.4:
        return laps(rng, *rng.choice(near), wanted_m)
    return rng.choice((loop, loop, blocks, blocks, out_and_back))(rng, home, wanted_m)


class stride:
    """The speed of a runner from second to second: swaying, slow to change, now and then at a red light."""

    def __init__(self, rng, usual_mps: float):
        self.rng, self.usual_mps = rng, min(max(usual_mps, SPEED_MPS[0]), SPEED_MPS[1])
        self.phases = rng.uniform(0, 2 * math.pi), rng.uniform(0, 2 * math.pi)
        self.mood = self.speed_mps = 0.0
        self.waits_s = 0

    def next(self, second: int) -> float:
        rng = self.rng
        if self.waits_s > 0:
            self.waits_s -= 1
        elif second > 60 and rng.random() < 1 / 600:
            self.waits_s = rng.randint(8, 18)
        self.mood = min(max(0.9 * self.mood + rng.gauss(0, 0.012), -SWAY[2]), SWAY[2])
        sway = SWAY[0] * math.sin(second / 18 + self.phases[0]) + SWAY[1] * math.sin(second / 6 + self.phases[1])
        wanted = 0.0 if self.waits_s else self.usual_mps * (1 + sway + self.mood)
        self.speed_mps += min(max(wanted - self.speed_mps, -1.2), 0.8)
        return self.speed_mps


def wandered(rng, error_m: float) -> float:
    return DRIFT_KEPT * error_m + min(max(rng.gauss(0, 0.15), -DRIFT_STEP_M), DRIFT_STEP_M)


def recorded(rng, city: tuple, route: list, start_ms: int, usual_mps: float) -> list:
    """What the phone of somebody records who runs the route from end to end."""
    ends = list(itertools.accumulate((math.dist(a, b) for a, b in itertools.pairwise(route)), initial=0.0))
    pace, cadence = stride(rng, usual_mps), rng.uniform(*CADENCE_SPM)
    errors = rng.uniform(-2, 2), rng.uniform(-2, 2)
    fixes, done_m, steps, arrived = [], 0.0, 0.0, False
    while not arrived:
        arrived = done_m >= ends[-1]
        at = min(bisect.bisect_right(ends, done_m), len(ends) - 1)
        part = min(1.0, (done_m - ends[at - 1]) / max(ends[at] - ends[at - 1], 1e-9))
        (x0, y0), (x1, y1) = route[at - 1], route[at]
        lat, lon = placed(city, (x0 + part * (x1 - x0) + errors[0], y0 + part * (y1 - y0) + errors[1]))
        fixes.append([start_ms + 1000 * len(fixes), round(lat, 7), round(lon, 7),
                      round(rng.uniform(3, 9), 1), int(steps)])
        speed = pace.next(len(fixes))
        done_m += speed
        steps += cadence / 60 * min(1.0, speed / 2)
        errors = wandered(rng, errors[0]), wandered(rng, errors[1])
    return fixes
