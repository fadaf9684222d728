"""A stand-in of Strava, which keeps its rules strictly: what a client may not do is refused, and noted.

It is one server of one application. Tests put athletes and activities in, and faults; the rest goes over HTTP.
"""
import collections
import contextlib
import datetime
import email.utils
import http.client
import http.server
import itertools
import json
import re
import secrets
import threading
import time
import urllib.parse

import description

QUARTER_S, DAY_S = 15 * 60, 24 * 3600
EVENT_PATIENCE_S = 2
SCOPES = {"read", "activity:read", "activity:read_all"}


def rfc3339(at: float) -> str:
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def fault(resource: str, field: str, code: str, message: str = "Bad Request") -> dict:
    return {"message": message, "errors": [{"resource": resource, "field": field, "code": code}]}


class refusal(Exception):
    def __init__(self, status: int, body):
        super().__init__(status)
        self.status, self.body = status, body


class athlete:
    def __init__(self, number: int):
        self.id = number
        self.activities = {}
        self.streams = {}  # activity -> {"time": [...], "latlng": [...]}; none: 404
        self.scope = set()
        self.access = self.refresh = None
        self.access_until = 0.0
        self.dead = set()  # refresh tokens that were alive once


class strava:
    """`with strava() as s:` serves at `s.url`."""

    def __init__(self, client_id="4711", client_secret="a secret of the application", quarter=(200, 100),
                 day=(2000, 1000), clock_s=None):
        """`quarter` and `day`: requests of all kinds, and reads. `clock_s`: its time now, else ours."""
        self.client_id, self.client_secret = client_id, client_secret
        self.limits = {"all": (quarter[0], day[0]), "read": (quarter[1], day[1])}
        self.used = collections.Counter()
        self.offset = 0.0 if clock_s is None else clock_s - time.time()
        self.lock = threading.RLock()
        self.athletes, self.codes = {}, {}
        self.expires_in = 6 * 3600
        self.array_form = False
        self.delay_s = 0.0
        self.numbers = itertools.count(2**53 + 1)
        self.faults = []  # (pattern of the path, status or "drop" or "lose"), each once, in order
        self.requests = collections.Counter()
        self.refused_by_limits = 0
        self.violations = []  # what no client may do
        self.secrets = {client_secret}  # every token and code ever given
        self.subscription = None
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler_class())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def now(self) -> float:
        return time.time() + self.offset

    # -- what tests put in --------------------------------------------------------------------------

    def athlete(self, number: int) -> athlete:
        with self.lock:
            return self.athletes.setdefault(number, athlete(number))

    def add(self, of: int, fixes: list, sport="Run", streams=True, **more) -> int:
        """An activity made of a track of `[t_ms, lat, lon, ...]`. Returns its number."""
        start, end = fixes[0][0] / 1000, fixes[-1][0] / 1000
        with self.lock:
            who, number = self.athlete(of), next(self.numbers)
            who.activities[number] = {
                "id": number, "athlete": {"id": of, "resource_state": 1}, "resource_state": 3, "name": "A run",
                "distance": 5000.0, "moving_time": int(end - start), "elapsed_time": int(end - start),
                "total_elevation_gain": 3.0, "type": sport, "sport_type": sport, "start_date": rfc3339(start),
                "start_date_local": rfc3339(start + 7200), "timezone": "(GMT+01:00) Europe/Zagreb",
                "utc_offset": 7200.0, "start_latlng": fixes[0][1:3], "end_latlng": fixes[-1][1:3], "trainer": False,
                "commute": False, "manual": False, "private": False, "visibility": "everyone", "flagged": False, **more}
            if streams:
                who.streams[number] = {"time": [round(fix[0] / 1000 - start) for fix in fixes],
                                       "latlng": [list(fix[1:3]) for fix in fixes]}
            return number

    def change(self, of: int, number: int, **more):
        with self.lock:
            self.athlete(of).activities[number].update(more)

    def delete(self, of: int, number: int):
        with self.lock:
            self.athlete(of).activities.pop(number, None)
            self.athlete(of).streams.pop(number, None)

    def fail(self, pattern: str, *what):
        """What befalls the next requests whose path matches: a status, `drop` before it is done, `lose` after."""
        with self.lock:
            self.faults += [(pattern, one) for one in what]

    def deauthorize(self, number: int):
        """As the athlete does it in his settings."""
        with self.lock:
            who = self.athlete(number)
            who.dead.add(who.refresh)
            who.access = who.refresh = None

    # -- webhooks -----------------------------------------------------------------------------------

    def subscribe(self, callback: str, verify_token: str) -> int:
        """Validates the callback as Strava does. Returns the subscription's number, or raises."""
        challenge = secrets.token_hex(8)
        query = urllib.parse.urlencode({"hub.mode": "subscribe", "hub.challenge": challenge,
                                        "hub.verify_token": verify_token})
        status, body = self.call("GET", f"{callback}?{query}")
        assert status == 200 and json.loads(body) == {"hub.challenge": challenge}, (status, body)
        return self.subscription or 1

    def event(self, callback: str, of: int, number: int, aspect="create", subscription=None, **updates) -> int:
        """One delivery of one webhook, as patient as Strava. Returns the status."""
        body = {"object_type": "activity", "object_id": number, "aspect_type": aspect, "owner_id": of,
                "subscription_id": self.subscription if subscription is None else subscription,
                "event_time": int(self.now()), "updates": updates}
        return self.call("POST", callback, json.dumps(body))[0]

    def event_of_athlete(self, callback: str, of: int, **updates) -> int:
        body = {"object_type": "athlete", "object_id": of, "aspect_type": "update", "owner_id": of,
                "subscription_id": self.subscription, "event_time": int(self.now()), "updates": updates}
        return self.call("POST", callback, json.dumps(body))[0]

    @staticmethod
    def call(method: str, url: str, body: str = None):
        parts = urllib.parse.urlsplit(url)
        with contextlib.closing(http.client.HTTPConnection(parts.hostname, parts.port,
                                                           timeout=EVENT_PATIENCE_S)) as connection:
            target = parts.path + ("?" + parts.query if parts.query else "")
            connection.request(method, target, body, {"Content-Type": "application/json"} if body else {})
            answer = connection.getresponse()
            return answer.status, answer.read()

    # -- agreeing -----------------------------------------------------------------------------------

    def agree(self, authorize_url: str, as_athlete: int, untick=(), deny=False) -> str:
        """What a person's browser does at the authorize address. Returns where it is sent back to."""
        parts = urllib.parse.urlsplit(authorize_url)
        assert authorize_url.startswith(self.url + "/oauth/authorize?"), authorize_url
        query = dict(urllib.parse.parse_qsl(parts.query, strict_parsing=True))
        assert query["client_id"] == self.client_id and query["response_type"] == "code", query
        asked = set(query["scope"].split(","))
        assert asked <= SCOPES, asked
        back = {"state": query["state"]}
        if deny:
            back["error"] = "access_denied"
        else:
            scope = sorted(asked - set(untick))
            code = secrets.token_hex(20)
            with self.lock:
                self.secrets.add(code)
                self.codes[code] = (as_athlete, set(scope))
            back |= {"code": code, "scope": ",".join(scope)}
        return query["redirect_uri"] + "?" + urllib.parse.urlencode(back)

    def grant(self, who: athlete) -> dict:
        if who.refresh:
            who.dead.add(who.refresh)
        who.access, who.refresh = secrets.token_hex(20), secrets.token_hex(20)
        who.access_until = self.now() + self.expires_in
        self.secrets |= {who.access, who.refresh}
        return {"token_type": "Bearer", "access_token": who.access, "refresh_token": who.refresh,
                "expires_in": self.expires_in, "expires_at": int(who.access_until)}

    def token(self, form: dict) -> dict:
        if form.get("client_id") != self.client_id or form.get("client_secret") != self.client_secret:
            raise refusal(401, fault("Application", "client_secret", "invalid", "Authorization Error"))
        if form.get("grant_type") == "authorization_code":
            if form.get("code") not in self.codes:
                raise refusal(400, fault("RequestToken", "code", "invalid"))
            number, scope = self.codes.pop(form["code"])
            who = self.athlete(number)
            who.scope = scope
            return {**self.grant(who), "athlete": {"id": number, "resource_state": 2, "username": "runner"}}
        if form.get("grant_type") == "refresh_token":
            for who in self.athletes.values():
                if who.refresh and who.refresh == form.get("refresh_token"):
                    return self.grant(who)
            if any(form.get("refresh_token") in who.dead for who in self.athletes.values()):
                self.requests["dead refresh token"] += 1
            raise refusal(400, fault("RefreshToken", "refresh_token", "invalid"))
        raise refusal(400, fault("Application", "grant_type", "invalid"))

    def revoke(self, form: dict) -> dict:
        if form.get("client_id") != self.client_id or form.get("client_secret") != self.client_secret:
            raise refusal(401, fault("Application", "client_secret", "invalid", "Authorization Error"))
        for who in self.athletes.values():
            if form.get("token") and form["token"] in (who.access, who.refresh):
                self.deauthorize(who.id)
                self.requests["revoked"] += 1
        return {}

    # -- the API ------------------------------------------------------------------------------------

    def count(self):
        """Counts a read. Returns the headers of the answer, and whether it is over the limits."""
        now = int(self.now())
        headers, over = {}, False
        for kind, prefix in (("all", "X-RateLimit"), ("read", "X-ReadRateLimit")):
            keys = ((kind, "quarter", now // QUARTER_S), (kind, "day", now // DAY_S))
            for key in keys:
                self.used[key] += 1
            used = [self.used[key] for key in keys]
            over = over or any(is_ > most for is_, most in zip(used, self.limits[kind]))
            headers[prefix + "-Limit"] = ",".join(map(str, self.limits[kind]))
            headers[prefix + "-Usage"] = ",".join(map(str, used))
        return headers, over

    def who(self, authorization: str) -> athlete:
        scheme, _, given = (authorization or "").partition(" ")
        for one in self.athletes.values():
            if scheme == "Bearer" and one.access == given and self.now() < one.access_until:
                return one
        raise refusal(401, fault("Athlete", "access_token", "invalid", "Authorization Error"))

    def visible(self, who: athlete, number: int) -> dict:
        found = who.activities.get(number)
        if found is None or (not self.sees(who, found)):
            raise refusal(404, fault("Activity", "id", "invalid", "Record Not Found"))
        return found

    @staticmethod
    def sees(who: athlete, activity: dict) -> bool:
        hidden = activity["private"] or activity["visibility"] == "only_me"
        return not hidden or "activity:read_all" in who.scope

    def api(self, path: str, query: dict, authorization: str):
        self.violations += description.complaints_of_request("GET", path, query)
        who = self.who(authorization)
        if path == "/athlete":
            return {"id": who.id, "resource_state": 2, "username": "runner"}
        if not who.scope & {"activity:read", "activity:read_all"}:
            raise refusal(401, fault("AccessToken", "activity:read_permission", "missing", "Authorization Error"))
        if path == "/athlete/activities":
            return self.listed(who, {name: int(value) for name, value in query.items()})
        found = re.fullmatch(r"/activities/(\d+)(/streams)?", path)
        if not found:
            raise refusal(404, fault("Resource", "path", "invalid", "Record Not Found"))
        activity = self.visible(who, int(found[1]))
        return self.streams(who, activity["id"], query) if found[2] else activity

    def listed(self, who: athlete, query: dict) -> list:
        size = query.get("per_page", 30)
        if size > 200:
            raise refusal(400, fault("Application", "per_page", "invalid"))
        instant = {number: datetime.datetime.fromisoformat(x["start_date"].replace("Z", "+00:00")).timestamp()
                   for number, x in who.activities.items()}
        kept = [x for number, x in who.activities.items() if self.sees(who, x)
                and query.get("after", 0) < instant[number] < query.get("before", 2**40)]
        kept.sort(key=lambda x: x["start_date"])
        first = size * (query.get("page", 1) - 1)
        return [{**x, "resource_state": 2} for x in kept[first:first + size]]

    def streams(self, who: athlete, number: int, query: dict):
        if number not in who.streams:
            raise refusal(404, fault("Stream", "id", "invalid", "Record Not Found"))
        made = {kind: {"data": data, "series_type": "distance", "original_size": len(data), "resolution": "high"}
                for kind, data in who.streams[number].items() if kind in query["keys"].split(",")}
        return [{"type": kind, **rest} for kind, rest in made.items()] if self.array_form else made

    # -- the wire -----------------------------------------------------------------------------------

    def take_fault(self, path: str):
        with self.lock:
            for index, (pattern, what) in enumerate(self.faults):
                if re.search(pattern, path):
                    del self.faults[index]
                    return what
        return None

    def answer(self, method: str, path: str, query: dict, form: dict, authorization: str):
        """Status, body and headers of one request."""
        headers = {}
        with self.lock:
            self.requests[f"{method} {re.sub(r'[0-9]+', 'N', path)}"] += 1
            try:
                if method == "POST" and path == "/oauth/token":
                    return 200, self.token(form), headers
                if method == "POST" and path == "/oauth/revoke":
                    return 200, self.revoke(form), headers
                if method != "GET" or not path.startswith("/api/v3/"):
                    self.violations.append(f"{method} {path}")
                    return 404, fault("Resource", "path", "invalid", "Record Not Found"), headers
                if any(name in query for name in ("access_token", "client_secret", "refresh_token")):
                    self.violations.append(f"a secret in the address of {path}")
                headers, over = self.count()
                if over:
                    self.refused_by_limits += 1
                    raise refusal(429, fault("Application", "rate limit", "exceeded", "Rate Limit Exceeded"))
                body = self.api(path.removeprefix("/api/v3"), query, authorization)
                if not isinstance(body, list) or "/streams" not in path:  # The array form is not described.
                    description.check_answer("GET", path.removeprefix("/api/v3"), 200, body)
                return 200, body, headers
            except refusal as why:
                return why.status, why.body, headers
            except Exception as error:  # A test looks at it; the client sees a broken server.
                self.violations.append(f"{method} {path}: {error!r}")
                return 500, fault("Server", "error", "internal"), headers

    def handler_class(outer):  # noqa: N805
        class handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def date_time_string(self, timestamp=None):
                return email.utils.formatdate(outer.now(), usegmt=True)

            def log_message(self, *_):
                pass

            def serve(self):
                parts = urllib.parse.urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                query = dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))
                what = outer.take_fault(parts.path)
                if outer.delay_s:
                    time.sleep(outer.delay_s)
                if what == "drop":
                    self.close_connection = True
                    return
                if isinstance(what, int):
                    status, answer, headers = what, fault("Server", "error", "on purpose"), {}
                else:
                    form = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
                    status, answer, headers = outer.answer(self.command, parts.path, query, form,
                                                           self.headers.get("Authorization"))
                if what == "lose":
                    self.close_connection = True
                    return
                data = json.dumps(answer).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Type": "application/json; charset=utf-8",
                                    "Content-Length": str(len(data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_DELETE = serve

        return handler
