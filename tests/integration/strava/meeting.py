"""A city, Strava, and people who have both."""
import urllib.parse

from client import CITY, ms, wait_until
from strava_server import strava
import tracks

SECRET = "hook-0123456789abcdef"
VERIFY = "a verify token"
SUBSCRIPTION = 9001
PLENTY = {"quarter": (2000, 1000), "day": (20000, 10000)}  # limits that are in nobody's way


class meeting:
    """A city, Strava, and people who have both."""

    def __init__(self, serve, **options):
        self.strava = strava(**options.pop("strava", {}))
        self.strava.__enter__()
        self.strava.subscription = SUBSCRIPTION
        more = options.pop("settings", {})
        self.city = serve(prepare=lambda server: self.configure(server, more), **options)
        self.spots = iter(range(1, 1000))

    def configure(self, server, more: dict):
        secret_file = server.data_dir / "strava.secret"
        secret_file.write_text(self.strava.client_secret + "\n")
        secret_file.chmod(0o600)
        server.environment |= {
            "FIEF_STRAVA_CLIENT_ID": self.strava.client_id, "FIEF_STRAVA_CLIENT_SECRET_FILE": str(secret_file),
            "FIEF_STRAVA_REDIRECT_URL": "http://fief.example/v1/strava/callback",
            "FIEF_STRAVA_AUTHORIZE_URL": self.strava.url + "/oauth/authorize",
            "FIEF_STRAVA_TOKEN_URL": self.strava.url + "/oauth/token",
            "FIEF_STRAVA_REVOKE_URL": self.strava.url + "/oauth/revoke",
            "FIEF_STRAVA_API_URL": self.strava.url + "/api/v3",
            "FIEF_STRAVA_WEBHOOK_SECRET": SECRET, "FIEF_STRAVA_VERIFY_TOKEN": VERIFY,
            "FIEF_STRAVA_SUBSCRIPTION_ID": str(SUBSCRIPTION), "FIEF_STRAVA_RETRY_MIN_MS": "200", **more}

    def close(self):
        self.strava.__exit__()

    # -- people -------------------------------------------------------------------------------------

    def callback(self, back: str):
        """The browser comes back: to this server, wherever its address leads."""
        parts = urllib.parse.urlsplit(back)
        assert parts.path == "/v1/strava/callback"
        return self.city.anybody().send("GET", parts.path + "?" + parts.query)

    def connect(self, user, athlete: int, **how):
        link = user.get("/v1/me/strava/connect")["authorize_url"]
        return self.callback(self.strava.agree(link, athlete, **how))

    def runner(self, athlete: int):
        """A user who is connected."""
        user = self.city.runner()
        assert self.connect(user, athlete).status == 200
        return user

    @property
    def hook(self) -> str:
        return f"{self.city.url}/v1/strava/webhook/{SECRET}"

    def track(self, hours_ago: float = 2, laps: float = 1, place: int = None, seed: int = 1) -> list:
        """A loop of 940 m in a place of its own, so many hours ago by the game's clock."""
        start = ms(self.city.server.now()) - round(hours_ago * 3_600_000)
        spot = tracks.spot(CITY, next(self.spots) if place is None else place)
        return tracks.loop(spot, 150, start // 1000 * 1000, seed=seed, laps=laps)

    def imports(self, user) -> dict:
        return {item["activity"]: item for item in user.pages("/v1/me/strava/imports")}

    def settled(self, user, count: int) -> dict:
        """The imports, once there are so many and none waits."""
        waiting = ("queued", "waiting_for_quota", "waiting_to_retry", "fetching")

        def look():
            found = self.imports(user)
            return found if len(found) == count and not any(
                item["state"] in waiting for item in found.values()) else None

        if count == 0:
            return wait_until(lambda: not user.get("/v1/me/strava")["looking_back"], "nothing is listed") and {}
        return wait_until(look, f"{count} imports are settled", 60)

    def run_of(self, user, item: dict) -> dict:
        return wait_until(lambda: user.settled_run(item["run"]), "the run is processed")
