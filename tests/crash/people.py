"""What all people of a crash test have in common: a device that behaves as an app does.

It reconnects, and repeats a request under the same Idempotency-Key until it is answered.
"""
import concurrent.futures
import http.client
import itertools
import random
import threading
import time
import traceback

import websockets

from client import client
from socket_client import live

GONE = (OSError, http.client.HTTPException, websockets.WebSocketException, concurrent.futures.TimeoutError, TimeoutError)
ANSWER_PATIENCE_S = 180  # Across any number of faults; then something owes an answer for ever.
SILENCE_S = 12           # An answer on the socket that is so late is asked for again on a new connection.


class device:
    """Asks over REST in somebody's name. Owner: one thread at a time."""

    numbers = itertools.count(1)

    def __init__(self, city, name: str, credentials: dict, token: str):
        self.city, self.record, self.credentials = city, city.record, credentials
        self.name = f"{name}-{next(self.numbers)}"
        self.rng = random.Random(f"{city.seed} {name}")
        self.api = client(city.url, token)
        self.keys = itertools.count(1)

    def ask(self, method: str, path: str, body=None):
        """Asks until there is an answer. Returns it, and how many tries before it may have been heard."""
        headers = {"Idempotency-Key": f"{self.name}-{next(self.keys)}"} if method == "POST" else {}
        in_doubt, deadline = 0, time.monotonic() + ANSWER_PATIENCE_S
        while True:
            assert time.monotonic() < deadline, f"{method} {path} has no answer for {ANSWER_PATIENCE_S} s"
            if self.api.url != self.city.url:
                self.api.move(self.city.url)
            try:
                got = self.api.send(method, path, body, headers)
            except GONE:
                in_doubt += 1
                self.record.count("requests repeated")
                time.sleep(self.rng.uniform(0.05, 0.4))
                continue
            if got.status == 503:
                in_doubt += 1
                self.record.count("answers 503")
                time.sleep(self.rng.uniform(0.1, 0.6))
            elif got.status == 401 and self.credentials:
                if not self.log_in():
                    return got, in_doubt
            else:
                return got, in_doubt

    def log_in(self) -> bool:
        """False when the account is no more."""
        try:
            got = client(self.city.url).send("POST", "/v1/auth/login", self.credentials)
        except GONE:
            time.sleep(self.rng.uniform(0.1, 0.4))
            return True
        if got.status == 200:
            self.api.token = got.json["access_token"]
        return got.status not in (401, 403)


class person(threading.Thread):
    """`user` has an account already."""

    def __init__(self, city, name: str, user):
        super().__init__(name=name, daemon=True)
        self.city, self.record = city, city.record
        self.rng = random.Random(f"{city.seed} {name}")
        self.id, self.user = user.id, city.record.users[user.id]
        credentials = {"email": user.email, "password": user.password}
        self.phone = device(city, name, credentials, user.token)
        self.watch = device(city, name + "'s watch", credentials, user.token)
        self.socket = None

    def run(self):
        try:
            while not self.city.closing.is_set():
                self.do_something()
        except Exception:  # Reported with everything else at the end.
            self.record.complain(self.name, traceback.format_exc())
        finally:
            if self.socket:
                self.socket.drop()

    def pause(self, least_s: float, most_s: float):
        time.sleep(self.rng.uniform(least_s, most_s))

    # -- asking -------------------------------------------------------------------------------------

    def ask(self, method: str, path: str, body=None):
        return self.phone.ask(method, path, body)

    def ask_twice(self, method: str, path: str, body=None) -> list:
        """The same from two devices at once, as two different requests."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda on: on.ask(method, path, body), (self.phone, self.watch)))

    def ask_now_and_then_twice(self, method: str, path: str, body=None) -> list:
        if self.rng.random() < 0.15:
            self.record.count("requests from two devices")
            return self.ask_twice(method, path, body)
        return [self.ask(method, path, body)]

    def unexpected(self, what: str, got):
        self.record.complain(self.name, f"{what}: {got.status} {got.body[:400]!r}")

    # -- the socket ---------------------------------------------------------------------------------

    def take(self, timeout_s: float) -> list:
        """What the socket has brought; waits if it is nothing."""
        with self.socket.changed:
            if not self.socket.messages and self.socket.code is None and not self.socket.fault:
                self.socket.changed.wait(timeout_s)
            if self.socket.fault:
                raise self.socket.fault
            messages, self.socket.messages, self.socket.everything = self.socket.messages, [], []
            return messages

    def wait_for(self, timeout_s: float, *types):
        """The first message of these types, or None; what comes before it is dropped."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            for message in self.take(0.5):
                if message["type"] in types:
                    return message
            if self.socket.code is not None:
                return None
        return None

    def connect(self, run: str = None, dropping: bool = True):
        """A fresh socket. Returns its welcome, or the error that it was refused with."""
        deadline = time.monotonic() + ANSWER_PATIENCE_S
        while True:
            assert time.monotonic() < deadline, f"no welcome for {ANSWER_PATIENCE_S} s"
            try:
                if self.socket and dropping:
                    self.socket.drop()
                self.socket, dropping = live(self.city.url), True
                self.socket.send({"type": "hello", "token": self.phone.api.token, **({"run": run} if run else {})})
                answer = self.wait_for(SILENCE_S, "welcome", "error")
            except GONE:
                answer = None
            code = answer and answer.get("code")
            if answer and code is None:
                self.city.saw_time(answer["server_time"])
            if answer and code not in ("unavailable", "overloaded", "token_expired"):
                self.record.count("connections")
                return answer
            if code == "token_expired":
                self.phone.log_in()
            self.pause(0.05, 0.4)
