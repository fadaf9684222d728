"""Believable runs that never happened: one fix a second, drifting GPS noise, an uneven stride.

A track is a list of fixes [t, lat, lon, acc_m, steps]. Same seed, same track.
"""
import math
import random

METRES_PER_DEGREE = 111_195.0
CADENCE_PER_S = 165 / 60


def moved(place: tuple, east_m: float, north_m: float) -> tuple:
    lat, lon = place
    lat_to = lat + north_m / METRES_PER_DEGREE
    lon_to = lon + east_m / (METRES_PER_DEGREE * math.cos(math.radians(lat)))
    return lat_to, (lon_to + 540) % 360 - 180


def spot(city: tuple, number: int) -> tuple:
    """Places 4 km apart, so that tests do not run over each other's tiles."""
    return moved(city, 4000 * (number % 8), 4000 * (number // 8))


def follow(position, length_m: float, start_ms: int, speed_mps: float, seed: int) -> list:
    """A run along `position(metres) -> (lat, lon)`."""
    rng = random.Random(seed)
    phase = rng.uniform(0, 2 * math.pi)
    east = north = done_m = 0.0
    fixes, second = [], 0
    while done_m < length_m:
        # Noise that wanders, as a receiver's does; white noise would look like leaps.
        east = 0.97 * east + rng.gauss(0, 0.3)
        north = 0.97 * north + rng.gauss(0, 0.3)
        lat, lon = moved(position(done_m), east, north)
        steps = int(second * CADENCE_PER_S)
        fixes.append([start_ms + second * 1000, round(lat, 7), round(lon, 7), round(rng.uniform(3, 8), 1), steps])
        done_m += speed_mps * (1 + 0.12 * math.sin(second / 7 + phase) + rng.gauss(0, 0.04))
        second += 1
    return fixes


def loop(centre: tuple, radius_m: float, start_ms: int, speed_mps: float = 3.0, seed: int = 1, laps: float = 1.0) -> list:
    """Round a circle; with whole laps it closes."""
    def position(metres):
        angle = metres / radius_m
        return moved(centre, radius_m * math.cos(angle), radius_m * math.sin(angle))
    return follow(position, 2 * math.pi * radius_m * laps, start_ms, speed_mps, seed)


def line(start: tuple, length_m: float, start_ms: int, speed_mps: float = 3.0, seed: int = 1) -> list:
    """Due east, and not back: encloses nothing."""
    return follow(lambda metres: moved(start, metres, 0), length_m, start_ms, speed_mps, seed)


def out_and_back(start: tuple, reach_m: float, start_ms: int, speed_mps: float = 3.0, seed: int = 1) -> list:
    """Due east round a tight bend and home on the other side of the street."""
    bend_m = math.pi * 6

    def position(metres):
        if metres < reach_m:
            return moved(start, metres, 0)
        if metres < reach_m + bend_m:
            angle = (metres - reach_m) / 6
            return moved(start, reach_m + 6 * math.sin(angle), 6 - 6 * math.cos(angle))
        return moved(start, 2 * reach_m + bend_m - metres, 12)
    return follow(position, 2 * reach_m + bend_m, start_ms, speed_mps, seed)


def duration_ms(fixes: list) -> int:
    return fixes[-1][0] - fixes[0][0]


def ending_at(fixes: list, end_ms: int) -> list:
    """The same track at the time at which it ends then."""
    shift = end_ms - fixes[-1][0]
    return [[fix[0] + shift, *fix[1:]] for fix in fixes]


def mocked(fixes: list) -> list:
    """As a device sends it whose location is simulated: the run is held for review."""
    return [[*fix, 1] for fix in fixes]


def bbox_round(centre: tuple, half_m: float) -> str:
    south, west = moved(centre, -half_m, -half_m)
    north, east = moved(centre, half_m, half_m)
    return f"{west:.6f},{south:.6f},{east:.6f},{north:.6f}"
