"""The days, people and clock of the demonstration."""
import asyncio
import datetime
import re

import pytest

from demo import days, people
from demo.clock import server_clock


def instant(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


@pytest.mark.parametrize("now, cut", [
    ("2026-05-10T19:59:59Z", "2026-05-10T20:00:00.000Z"),
    ("2026-05-10T20:00:00Z", "2026-05-11T20:00:00.000Z"),
    ("2026-03-28T21:30:00Z", "2026-03-29T20:00:00.000Z"),
    ("2026-10-24T20:30:00Z", "2026-10-25T21:00:00.000Z"),
])
def test_a_day_ends_at_the_first_22_00_strictly_after_now(now, cut):
    assert days.rfc3339(days.day_at(instant(now)).cut_at) == cut


@pytest.mark.parametrize("first", ["2026-01-01T12:00:00Z", "2026-03-25T12:00:00Z", "2026-10-20T23:00:00Z"])
def test_days_follow_each_other_without_a_gap(first):
    day = days.day_at(instant(first))
    for _ in range(14):
        assert day.starts_at < day.cut_at and day.next().starts_at == day.cut_at
        assert days.day_at(day.starts_at) == day
        assert days.day_at(day.cut_at - datetime.timedelta(milliseconds=1)) == day
        day = day.next()


def test_every_metric_is_on_free_and_with_a_fee():
    events = days.events_of(days.day_at(instant("2026-05-10T12:00:00Z")))
    assert {(event["metric"], event["entry_fee_cents"] > 0) for event in events} == {
        (metric, paid) for metric in ("race", "territory", "distance") for paid in (False, True)}


def test_events_of_different_days_have_different_names():
    day = days.day_at(instant("2026-05-10T12:00:00Z"))
    names = [event["name"] for some in (day, day.next(), day.next().next()) for event in days.events_of(some)]
    assert len(set(names)) == len(names)


def test_citizens_are_fifty_and_differ():
    assert len(people.CITIZENS) == 50
    assert len({who.username for who in people.CITIZENS}) == len({who.email for who in people.CITIZENS}) == 50


@pytest.mark.parametrize("who", people.CITIZENS, ids=lambda who: who.email)
def test_names_and_addresses_are_such_as_the_server_takes(who):
    assert re.fullmatch(r"[\w.-]{3,24}", who.username)
    assert re.fullmatch(r"[a-z.]+@[a-z.]+", who.email)


def test_passwords_differ_by_person_and_by_secret():
    made = {people.password_for(email, secret) for email in ("a@x", "b@x") for secret in ("1", "2")}
    assert len(made) == 4
    assert people.password_for("a@x", "1") in made


class hand_clock:
    def __init__(self):
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.mark.parametrize("speed", [1, 10, 60])
def test_the_clock_learns_the_speed_from_two_readings(speed):
    ours = hand_clock()
    clock = server_clock(ours)
    clock.learn(5_000_000)
    assert not clock.is_known()
    ours.now_s += 4
    clock.learn(5_000_000 + 4000 * speed)
    assert clock.is_known() and clock.speed == pytest.approx(speed)
    ours.now_s += 100
    assert clock.now_ms() == 5_000_000 + 104_000 * speed


def test_two_readings_at_once_tell_no_speed():
    ours = hand_clock()
    clock = server_clock(ours)
    clock.learn(0)
    ours.now_s += 0.01
    clock.learn(5000)
    assert clock.speed == 1 and not clock.is_known()


def test_another_clock_is_learned_from_the_start():
    ours = hand_clock()
    clock = server_clock(ours)
    for reading in (0, 20_000, 90_000_000, 90_020_000):
        clock.learn(reading)
        ours.now_s += 2
    assert clock.speed == pytest.approx(10)
    assert clock.now_ms() == 90_040_000


def test_waiting_for_the_past_returns_at_once():
    clock = server_clock(hand_clock())
    clock.learn(10_000)
    asyncio.run(clock.until(9_000))
