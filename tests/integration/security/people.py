"""Who plays in these tests: a victim who owns one of everything, and those who want it."""
import datetime

import tracks
from client import CITY, ms, rfc3339, runner

HOME = (45.7211339, 15.9004417)  # digits that occur nowhere else
COINS = 7_654_321
NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


class stage:
    def __init__(self, city):
        self.city = city
        self.operator = city.operator
        self.organiser, self.other_organiser = city.organiser(), city.organiser()
        self.victim = city.rich(COINS, "victim")
        self.stranger = city.runner("stranger")
        self.victim.ask("PUT", "/v1/me/home-zones", [{"lat": HOME[0], "lon": HOME[1], "radius_m": 321}])
        self.event = self.make_event("Open")["id"]
        self.ticket = self.victim.post(f"/v1/events/{self.event}/tickets", None, 201)["id"]
        place = tracks.spot(CITY, 3)
        fixes = tracks.ending_at(tracks.line(place, 900, 0), ms(city.server.now()) - 60_000)
        self.done = self.victim.run_of(fixes)
        self.flagged = self.victim.run_of(tracks.mocked(tracks.ending_at(
            tracks.line(tracks.spot(CITY, 4), 900, 0, seed=5), ms(city.server.now()) - 3_000)))
        assert (self.done["state"], self.flagged["state"]) == ("accepted", "flagged")
        self.recording = self.victim.start()["id"]
        self.fixes = tracks.line(tracks.spot(CITY, 5), 100, ms(city.server.now()) - 60_000)
        self.victim.add(self.recording, self.fixes)
        self.box = tracks.bbox_round(place, 1500)
        self.wallet = "0x" + "5a" * 20  # Nobody's: to link one takes a chain, see integration/chain.
        self.tile = self.victim.get("/v1/territory", query={"bbox": self.box})["features"][0]["id"]

    def make_event(self, name: str) -> dict:
        now = self.city.server.now()
        return self.organiser.post("/v1/events", {
            "name": name, "city": "Zagreb", "tz": "Europe/Zagreb", "metric": "distance", "entry_fee_cents": 100,
            "starts_at": rfc3339(now - datetime.timedelta(minutes=5))}, 201)

    def private(self) -> dict:
        """What nobody but the victim may read, by what it is."""
        return {"e-mail": self.victim.email, "a run": self.done["id"], "a flagged run": self.flagged["id"],
                "the recording run": self.recording, "a ticket": self.ticket, "home": str(HOME[0])[:7],
                "home as e7": str(round(HOME[1] * 1e7))[:6], "the balance": str(COINS - 100),
                "a track": str(self.fixes[0][1]), "refresh token": self.victim.refresh_token}

    def belongings(self) -> list:
        """Everything of the victim as the victim sees it, to be the same afterwards."""
        look = self.victim.get
        return [look("/v1/me/home-zones"), look("/v1/tickets")["items"], look("/v1/runs")["items"],
                look("/v1/me/ledger")["items"], look(f"/v1/events/{self.event}"),
                {key: value for key, value in look("/v1/me").items() if key != "tokens_micro"},
                self.victim.post(f"/v1/runs/{self.recording}/fixes", {"first_seq": 1, "fixes": self.fixes[:1]})]


def with_token(of: runner, token: str) -> runner:
    """The same person with another token."""
    other = runner.__new__(runner)
    other.__dict__.update(of.__dict__)
    other.token = token
    return other
