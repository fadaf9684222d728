"""The days of the demonstration city, from one 22:00 to the next, and what is on at each. Pure."""
import dataclasses
import datetime
import zoneinfo

from demo import routes

CITY = "Zagreb"
CENTRE = (45.8131, 15.9775)
TIME_ZONE = "Europe/Zagreb"
ZONE = zoneinfo.ZoneInfo(TIME_ZONE)
CUT_HOUR = 22
MAP_HALF_M = (3600, 3100)  # East and north: shows tiles, not counts.
PARKS = [((3250, 1350), 1500), ((700, -2900), 1250), ((-250, 350), 650), ((150, 500), 600), ((-1500, 300), 900)]
LAP_M = 2200
LAP_CENTRE = (-200, -500)


@dataclasses.dataclass(frozen=True)
class day:
    """Its events are active from the cut before to its own."""
    starts_at: datetime.datetime
    cut_at: datetime.datetime

    @property
    def date(self) -> datetime.date:
        return self.cut_at.astimezone(ZONE).date()

    def next(self):
        return day_at(self.cut_at)


def cut_on(date: datetime.date) -> datetime.datetime:
    local = datetime.datetime.combine(date, datetime.time(CUT_HOUR), ZONE)
    return local.astimezone(datetime.timezone.utc)


def day_at(now: datetime.datetime) -> day:
    """The day whose cut is the first strictly after `now`."""
    one = datetime.timedelta(days=1)
    date = now.astimezone(ZONE).date()
    if cut_on(date) <= now:
        date += one
    return day(cut_on(date - one), cut_on(date))


def instant_of(ms: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc)


def rfc3339(when: datetime.datetime) -> str:
    return when.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def city_lap() -> list:
    """The course of the race through the centre: a rectangle, as a route."""
    wide, high = 0.3 * LAP_M / 2, 0.2 * LAP_M / 2
    east, north = LAP_CENTRE
    return [(east - wide, north - high), (east + wide, north - high), (east + wide, north + high),
            (east - wide, north + high), (east - wide, north - high)]


def events_of(of: day) -> list:
    """What to create for the day, as bodies of `POST /v1/events`."""
    date = f"{of.date:%-d %B}"
    lap = [[round(x, 7) for x in routes.placed(CENTRE, point)] for point in city_lap()]
    centre = {"lat": CENTRE[0], "lon": CENTRE[1], "radius_m": 1500}
    own = [
        {"name": f"City lap, {date}", "metric": "race", "entry_fee_cents": 300, "pot_cents": 5000,
         "course": lap, "checkpoints": lap, "distance_m": LAP_M},
        {"name": f"One kilometre for all, {date}", "metric": "race", "entry_fee_cents": 0, "distance_m": 1000},
        {"name": f"Hold the Lower Town, {date}", "metric": "territory", "entry_fee_cents": 500, "pot_cents": 2500,
         "area": centre},
        {"name": f"Zagreb is ours, {date}", "metric": "territory", "entry_fee_cents": 0},
        {"name": f"Longest run, {date}", "metric": "distance", "entry_fee_cents": 200},
        {"name": f"Run for cake, {date}", "metric": "distance", "entry_fee_cents": 0, "pot_cents": 1000},
    ]
    common = {"city": CITY, "tz": TIME_ZONE, "starts_at": rfc3339(of.starts_at)}
    return [{**common, **event} for event in own]


def map_box() -> str:
    """west,south,east,north of the city."""
    south, west = routes.placed(CENTRE, (-MAP_HALF_M[0], -MAP_HALF_M[1]))
    north, east = routes.placed(CENTRE, MAP_HALF_M)
    return f"{west:.4f},{south:.4f},{east:.4f},{north:.4f}"
