"""Events: creating, finding, editing, cancelling, and the daily finish in every time zone of the rules."""
import pytest

from client import INVALID, CITY, instant, rfc3339

VECTORS = [
    ("Europe/Zagreb", "2026-05-10T20:00:00Z", "2026-05-11T20:00:00Z"),
    ("Europe/Zagreb", "2026-03-28T21:30:00Z", "2026-03-29T20:00:00Z"),
    ("Europe/Zagreb", "2026-10-24T20:30:00Z", "2026-10-25T21:00:00Z"),
    ("Pacific/Easter", "2025-09-06T20:00:00Z", "2025-09-07T04:00:00Z"),
    ("America/Nuuk", "2022-10-29T12:00:00Z", "2022-10-30T00:00:00Z"),
    ("America/Nuuk", "2022-10-30T00:30:00Z", "2022-10-31T01:00:00Z"),
    ("Pacific/Apia", "2011-12-30T09:00:00Z", "2011-12-31T08:00:00Z"),
    ("Asia/Kathmandu", "2026-05-10T10:00:00Z", "2026-05-10T16:15:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T10:00:00Z", "2026-04-04T11:00:00Z"),
]


@pytest.fixture(scope="module")
def past(serve):
    """A server whose time is before every vector of the rules."""
    return serve(clock_start="2011-12-29T00:00:00Z")


@pytest.fixture(scope="module")
def organiser(past):
    return past.organiser()


def event(**changes) -> dict:
    body = {"name": "Evening mile", "city": "Zagreb", "tz": "Europe/Zagreb", "starts_at": "2026-05-10T16:00:00Z",
            "metric": "distance", "entry_fee_cents": 500, **changes}
    return {key: value for key, value in body.items() if value is not None}


def create(organiser, **changes) -> dict:
    return organiser.post("/v1/events", event(**changes), 201)


@pytest.mark.parametrize("tz, starts_at, cut_at", VECTORS)
def test_the_finish_is_the_first_local_22_00_after_the_start(organiser, tz, starts_at, cut_at):
    made = create(organiser, tz=tz, starts_at=starts_at)
    assert instant(made["cut_at"]) == instant(cut_at)
    assert (instant(made["settle_at"]) - instant(made["cut_at"])).total_seconds() == 1800
    assert made["state"] == "scheduled"


def test_an_event_that_is_too_short_names_both_alternatives(organiser):
    problem = organiser.refused("POST", "/v1/events", event(starts_at="2026-05-10T19:59:59Z"), 422, "event_too_short")
    earlier, later = problem["alternatives"]
    assert instant(earlier["cut_at"]) == instant("2026-05-10T20:00:00Z")
    assert instant(later["cut_at"]) == instant("2026-05-11T20:00:00Z")
    for choice in problem["alternatives"]:
        made = create(organiser, starts_at=choice["starts_at"])
        assert made["cut_at"] == choice["cut_at"]


def test_thirty_minutes_are_enough_and_a_millisecond_less_is_not(organiser):
    create(organiser, starts_at="2026-05-10T19:30:00Z")
    organiser.refused("POST", "/v1/events", event(starts_at="2026-05-10T19:30:00.001Z"), 422, "event_too_short")


def test_an_event_is_told_back_as_it_was_given(organiser):
    body = event(metric="race", pot_cents=10_000, distance_m=5000, live_spectators=True,
                 course=[[45.8, 15.9], [45.81, 15.91], [45.8, 15.92]], checkpoints=[[45.8, 15.9], [45.8, 15.92]],
                 area={"lat": CITY[0], "lon": CITY[1], "radius_m": 3000}, starts_at="2026-05-10T18:00:00.250+02:00")
    made = organiser.post("/v1/events", body, 201)
    for key, value in body.items():
        if key != "starts_at":
            assert made[key] == value, key
    assert made["starts_at"] == "2026-05-10T16:00:00.250Z"
    assert made["organiser"] == organiser.id and made["tickets_sold"] == 0
    assert organiser.get(f"/v1/events/{made['id']}") == made


@pytest.mark.parametrize("changes, field", [
    ({"name": ""}, "name"), ({"name": "x" * 101}, "name"), ({"name": None}, "name"), ({"name": "a\u202eb"}, "name"),
    ({"city": " "}, "city"), ({"city": 7}, "city"), ({"starts_at": "tomorrow"}, "starts_at"),
    ({"starts_at": "2026-02-30T10:00:00Z"}, "starts_at"), ({"starts_at": 1_778_000_000_000}, "starts_at"),
    ({"starts_at": "2010-05-10T16:00:00Z"}, "starts_at"), ({"starts_at": "9999-12-31T23:59:59Z"}, "starts_at"),
    ({"metric": "beauty"}, "metric"), ({"metric": 1}, "metric"),
    ({"entry_fee_cents": -1}, "entry_fee_cents"), ({"entry_fee_cents": 0.5}, "entry_fee_cents"),
    ({"entry_fee_cents": 100_000_001}, "entry_fee_cents"), ({"entry_fee_cents": 2**63}, "entry_fee_cents"),
    ({"entry_fee_cents": "5"}, "entry_fee_cents"), ({"pot_cents": -5}, "pot_cents"), ({"pot_cents": 2**60}, "pot_cents"),
    ({"distance_m": 0}, "distance_m"), ({"distance_m": 1_000_001}, "distance_m"),
    ({"course": [[45, 15]]}, "course"), ({"checkpoints": [[45, 15]]}, "checkpoints"), ({"checkpoints": [[45, 15], [91, 0]]}, "checkpoints"),
    ({"checkpoints": [[45, 15], [45]]}, "checkpoints"), ({"checkpoints": [[45, 15], [45, 15, 2]]}, "checkpoints"),
    ({"area": {"lat": 45, "lon": 15, "radius_m": 99}}, "area"), ({"area": {"lat": 45, "lon": 15, "radius_m": 50_001}}, "area"),
    ({"area": {"lat": 45, "lon": 15}}, "area"), ({"area": {"lat": 45, "lon": 200, "radius_m": 500}}, "area"),
    ({"live_spectators": "yes"}, "live_spectators"), ({"sponsor": "x"}, "sponsor"), ({"cut_at": "2026-05-10T20:00:00Z"}, "cut_at")])
def test_a_wrong_field_is_named(organiser, changes, field):
    problem = organiser.refused("POST", "/v1/events", event(**changes), 422, INVALID)
    assert any(error["field"].startswith(field) for error in problem["errors"]), problem


def test_a_number_beyond_64_bits_is_not_json_for_us(organiser):
    organiser.refused("POST", "/v1/events", event(pot_cents=2**70), 400, "malformed_json")


def test_a_race_needs_checkpoints_or_a_distance(organiser):
    organiser.refused("POST", "/v1/events", event(metric="race"), 422, INVALID)
    create(organiser, metric="race", distance_m=5000)
    create(organiser, metric="race", checkpoints=[[45.8, 15.9], [45.8, 15.92]])


@pytest.mark.parametrize("tz", ["Europe/Atlantis", "", "../../etc/passwd", "Etc/../Europe/Zagreb", "localtime", "x" * 64])
def test_an_unknown_time_zone_is_refused(organiser, tz):
    problem = organiser.refused("POST", "/v1/events", event(tz=tz), 422)
    assert problem["code"] in ("unknown_time_zone", *INVALID)


def test_a_runner_creates_no_events(past):
    past.runner().refused("POST", "/v1/events", event(), 403, "forbidden")


def test_events_are_found_near_a_place_by_text_and_by_state(past, organiser):
    there = (10.5, 20.5)
    ids = {}
    for name, place in (("Alpha park run", there), ("Beta park run", (10.6, 20.5)), ("Gamma lake run", (30.0, 40.0))):
        area = {"lat": place[0], "lon": place[1], "radius_m": 500}
        ids[name[0]] = create(organiser, name=name, city="Findable", area=area)["id"]
    anybody = past.anybody()

    def found(**query):
        return {item["id"] for item in anybody.pages("/v1/events", {"limit": 2, **query})} & set(ids.values())

    assert found(near="10.5,20.5", radius_m=5000) == {ids["A"]}
    assert found(near="10.5,20.5", radius_m=20_000) == {ids["A"], ids["B"]}
    assert found(q="park") == {ids["A"], ids["B"]}
    assert found(q="PARK RUN", near="10.6,20.5", radius_m=1000) == {ids["B"]}
    assert found(q="findable", state="scheduled") == set(ids.values())
    assert found(q="findable", state="active") == set()
    assert found(q="%") == set() and found(q="_lpha") == set()
    organiser.post(f"/v1/events/{ids['G']}/cancel")
    assert found(q="findable", state="cancelled") == {ids["G"]}
    assert found(q="findable", state="scheduled") == {ids["A"], ids["B"]}


@pytest.mark.parametrize("query", [
    {"near": "x"}, {"near": "1"}, {"near": "91,0"}, {"near": "nan,0"}, {"near": "0,inf"}, {"near": "1,2,3"},
    {"near": "1,2", "radius_m": 0}, {"near": "1,2", "radius_m": "far"}, {"state": "over"}, {"limit": 0}, {"limit": 201},
    {"limit": "x"}, {"limit": -1}, {"limit": 10**30}, {"cursor": "nonsense"}, {"cursor": "AAAA"}, {"q": "x" * 101}])
def test_a_wrong_query_is_refused(past, query):
    past.anybody().refused("GET", "/v1/events", None, 422, INVALID, query=query)


def test_an_edit_moves_the_finish_with_the_start(organiser):
    made = create(organiser)
    changed = organiser.ask("PATCH", f"/v1/events/{made['id']}", {"starts_at": "2026-05-11T21:00:00Z"})
    assert changed["cut_at"] == "2026-05-12T20:00:00.000Z"
    changed = organiser.ask("PATCH", f"/v1/events/{made['id']}", {"tz": "Asia/Kathmandu"})
    assert changed["cut_at"] == "2026-05-12T16:15:00.000Z"
    assert organiser.get(f"/v1/events/{made['id']}") == changed
    organiser.refused("PATCH", f"/v1/events/{made['id']}", {"starts_at": "2026-05-12T16:10:00Z"}, 422, "event_too_short")
    organiser.refused("PATCH", f"/v1/events/{made['id']}", {"prize": 1}, 422, INVALID)
    assert organiser.get(f"/v1/events/{made['id']}") == changed


def test_a_started_event_keeps_all_but_its_name_city_and_pot(past, organiser):
    started = create(organiser, starts_at=rfc3339(past.server.now()), tz="Asia/Tokyo")
    assert started["state"] == "active"
    changed = organiser.ask("PATCH", f"/v1/events/{started['id']}", {"name": "Renamed", "city": "Osaka", "pot_cents": 50})
    assert (changed["name"], changed["city"], changed["pot_cents"]) == ("Renamed", "Osaka", 50)
    assert changed["cut_at"] == started["cut_at"]
    for body in ({"entry_fee_cents": 0}, {"starts_at": "2026-05-10T16:00:00Z"}, {"metric": "territory"}):
        organiser.refused("PATCH", f"/v1/events/{started['id']}", body, 409, "event_active")


def test_only_its_organiser_and_operators_change_an_event(past, organiser):
    made = create(organiser)
    for other in (past.runner(), past.organiser()):
        other.refused("PATCH", f"/v1/events/{made['id']}", {"name": "Mine"}, 403, "forbidden")
        other.refused("POST", f"/v1/events/{made['id']}/cancel", None, 403, "forbidden")
    assert past.operator.ask("PATCH", f"/v1/events/{made['id']}", {"name": "Ours"})["name"] == "Ours"


def test_a_cancelled_event_stays_cancelled(organiser):
    made = create(organiser)
    cancelled = organiser.post(f"/v1/events/{made['id']}/cancel")
    assert cancelled["state"] == "cancelled" and "cancelled_at" in cancelled
    assert organiser.post(f"/v1/events/{made['id']}/cancel") == cancelled
    organiser.refused("PATCH", f"/v1/events/{made['id']}", {"name": "Again"}, 409, "event_cancelled")


@pytest.mark.parametrize("id_", ["x", "01890a5d-ac96-774b-bcce-b302099a8057", "1", "%00", "01890A5D"])
def test_no_such_event_is_not_found(past, organiser, id_):
    past.anybody().refused("GET", f"/v1/events/{id_}", None, (404, 400) if id_ == "%00" else 404)
    if id_ != "%00":
        past.anybody().refused("GET", f"/v1/events/{id_}/leaderboard", None, 404, "not_found")
        organiser.refused("PATCH", f"/v1/events/{id_}", {"name": "x"}, 404, "not_found")
        organiser.refused("POST", f"/v1/events/{id_}/cancel", None, 404, "not_found")


def test_the_leaderboard_of_a_new_event_is_empty(past, organiser):
    made = create(organiser)
    board = past.anybody().get(f"/v1/events/{made['id']}/leaderboard")
    assert (board["state"], board["items"], board["next_cursor"]) == ("scheduled", [], None)


# -- previews ---------------------------------------------------------------------------------------


def preview(**changes) -> dict:
    body = {"tz": "Europe/Zagreb", "starts_at": "2026-05-10T16:00:00Z", "entry_fee_cents": 500, **changes}
    return {key: value for key, value in body.items() if value is not None}


@pytest.mark.parametrize("tz, starts_at, cut_at", VECTORS)
def test_a_preview_has_the_finish_that_the_event_gets(organiser, tz, starts_at, cut_at):
    """Also on the days on which clocks change."""
    seen = organiser.post("/v1/events/preview", preview(tz=tz, starts_at=starts_at))
    made = create(organiser, tz=tz, starts_at=starts_at)
    assert instant(seen["cut_at"]) == instant(cut_at)
    assert (seen["cut_at"], seen["settle_at"]) == (made["cut_at"], made["settle_at"])


@pytest.mark.parametrize("changes, code", [
    ({"starts_at": "2026-05-10T19:59:59Z"}, "event_too_short"), ({"starts_at": "2026-10-25T20:40:00Z"}, "event_too_short"),
    ({"starts_at": "2010-05-10T16:00:00Z"}, "invalid_argument"), ({"starts_at": "9999-12-31T23:59:59Z"}, "invalid_argument"),
    ({"tz": "Europe/Atlantis"}, "unknown_time_zone"), ({"tz": "../../etc/passwd"}, "unknown_time_zone")])
def test_a_preview_refuses_what_creating_refuses_in_the_same_words(organiser, changes, code):
    seen = organiser.refused("POST", "/v1/events/preview", preview(**changes), 422, code)
    refused = organiser.refused("POST", "/v1/events", event(**changes), 422, code)
    assert {**seen, "request_id": ""} == {**refused, "request_id": ""}
    assert [error["field"] for error in seen["errors"]] == ["tz" if "tz" in changes else "starts_at"]
    assert ("alternatives" in seen) == (code == "event_too_short")


def test_the_alternatives_of_a_preview_can_be_taken(organiser):
    problem = organiser.refused("POST", "/v1/events/preview", preview(starts_at="2026-03-29T19:45:00Z"), 422, "event_too_short")
    assert [choice["starts_at"] for choice in problem["alternatives"]] == ["2026-03-29T19:30:00.000Z", "2026-03-29T20:00:00.000Z"]
    for choice in problem["alternatives"]:
        seen = organiser.post("/v1/events/preview", preview(starts_at=choice["starts_at"]))
        assert seen["cut_at"] == choice["cut_at"]


@pytest.mark.parametrize("fee, tickets, pot, prizes", [
    (500, 2, None, [700, 200, 100]), (1, 101, None, [71, 20, 10]), (0, 1000, 99, [70, 20, 9]), (500, None, None, [0, 0, 0]),
    (500, 0, 1, [1, 0, 0]), (10**8, 10**5, 10**8, [7 * 10**12 + 7 * 10**7, 2 * 10**12 + 2 * 10**7, 10**12 + 10**7])])
def test_the_prizes_of_a_preview_are_the_whole_pool(organiser, fee, tickets, pot, prizes):
    seen = organiser.post("/v1/events/preview", preview(entry_fee_cents=fee, tickets=tickets, pot_cents=pot))
    assert seen["pool_cents"] == fee * (tickets or 0) + (pot or 0) == sum(seen["prizes_cents"])
    assert seen["prizes_cents"] == prizes


def test_a_preview_knows_the_house_and_its_shares(serve):
    house = serve(settings={"FIEF_GAME_HOUSE_FEE_PERCENT": "10", "FIEF_GAME_PRIZE_SHARES": "3,1"})
    seen = house.organiser().post("/v1/events/preview", preview(entry_fee_cents=101, tickets=5, pot_cents=45))
    assert (seen["pool_cents"], seen["prizes_cents"]) == (505 - 50 + 45, [375, 125])


@pytest.mark.parametrize("changes, field", [
    ({"tz": None}, "tz"), ({"tz": ""}, "tz"), ({"starts_at": None}, "starts_at"), ({"starts_at": "soon"}, "starts_at"),
    ({"entry_fee_cents": None}, "entry_fee_cents"), ({"entry_fee_cents": -1}, "entry_fee_cents"),
    ({"entry_fee_cents": 100_000_001}, "entry_fee_cents"), ({"pot_cents": 100_000_001}, "pot_cents"), ({"pot_cents": 1.5}, "pot_cents"),
    ({"tickets": -1}, "tickets"), ({"tickets": 100_001}, "tickets"), ({"tickets": "2"}, "tickets"), ({"name": "x"}, "name")])
def test_a_wrong_field_of_a_preview_is_named(organiser, changes, field):
    problem = organiser.refused("POST", "/v1/events/preview", preview(**changes), 422, INVALID)
    assert [error["field"] for error in problem["errors"]] == [field]


def test_a_preview_is_for_organisers_and_stores_nothing(past, organiser):
    before = [item["id"] for item in organiser.pages("/v1/events")]
    organiser.post("/v1/events/preview", preview())
    past.operator.post("/v1/events/preview", preview())
    past.runner().refused("POST", "/v1/events/preview", preview(), 403, "forbidden")
    past.anybody().refused("POST", "/v1/events/preview", preview(), 401, "unauthenticated")
    assert [item["id"] for item in organiser.pages("/v1/events")] == before
    past.anybody().refused("GET", "/v1/events/preview", None, 405, "method_not_allowed")
