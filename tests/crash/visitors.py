"""Those who come and go: who registers, runs once and deletes the account, and who watches the map."""
import itertools
import random
import threading
import time
import traceback

import tracks
from client import CITY, client
from people import GONE, person
from record import user_record
from runners import runner

MAP_HALF_M = 2500
PASSWORD = "correct horse battery"


class account:
    """What a person is made of, before or after registering."""

    def __init__(self, id_: str, name: str, email: str, password: str, token: str):
        self.id, self.name, self.email, self.password, self.token = id_, name, email, password, token


def register(city, name: str, rng) -> account:
    """Until it is known to have worked: an address that is taken meanwhile is one's own."""
    who = {"email": f"{name}@example.com", "password": PASSWORD, "username": name}
    tried = False
    while True:
        try:
            got = client(city.url).send("POST", "/v1/auth/register", who)
            if got.status == 409:
                if not tried:
                    city.record.complain(name, f"a fresh account is refused: {got.body!r}")
                got = client(city.url).send("POST", "/v1/auth/login", {"email": who["email"], "password": who["password"]})
        except GONE:
            got = None
        if got is not None and got.status in (200, 201):
            user = got.json["user"]
            return account(user["id"], user["username"], who["email"], who["password"], got.json["access_token"])
        tried = True
        city.record.count("requests repeated")
        time.sleep(rng.uniform(0.05, 0.4))


class visitor(threading.Thread):
    """Again and again somebody registers in the middle of everything and runs once; half of them delete
    the account then."""

    def __init__(self, city, name: str):
        super().__init__(name=name, daemon=True)
        self.city, self.record = city, city.record
        self.rng = random.Random(f"{city.seed} {name}")

    def run(self):
        try:
            for number in itertools.count(1):
                if self.city.closing.is_set():
                    return
                self.visit(f"visitor_{number}")
                time.sleep(self.rng.uniform(0, 2))
        except Exception:
            self.record.complain(self.name, traceback.format_exc())

    def visit(self, name: str):
        user = register(self.city, name, self.rng)
        leaves = self.rng.random() < 0.5
        self.record.users[user.id] = user_record(user.id, user.name, leaves=leaves)
        self.record.note(name, "registration", user=user.id)
        one = runner(self.city, name, user)
        started = one.start_free()
        if started:
            one.record_run(started, one.plan_track())
        if leaves:
            self.delete_account(one)

    def delete_account(self, one: runner):
        one.phone.credentials = None  # Its tokens end with it: that is an answer too.
        got, in_doubt = one.ask("DELETE", "/v1/me", {"password": PASSWORD})
        if got.status == 204 or (got.status == 401 and in_doubt):
            one.user.deleted = True
            self.record.note(one.name, "deletion", user=one.id, again=in_doubt)
        else:
            one.unexpected("deleting the account", got)


class watcher(person):
    """Looks at the map over the socket and follows every change. `picture` is tile -> owner."""

    def __init__(self, city, name: str, user):
        super().__init__(city, name, user)
        self.picture, self.over = {}, threading.Event()

    def run(self):
        try:
            while not self.over.is_set():
                self.do_something()
        except Exception:
            self.record.complain(self.name, traceback.format_exc())
        finally:
            if self.socket:
                self.socket.drop()

    def do_something(self):
        try:
            if self.socket is None or self.socket.code is not None:
                self.connect()
                box = [float(degrees) for degrees in tracks.bbox_round(CITY, MAP_HALF_M).split(",")]
                self.socket.send({"type": "subscribe", "id": "city", "bbox": box})
            for message in self.take(0.5):
                if message["type"] == "snapshot":
                    self.picture = {}
                    self.record.count("snapshots")
                if message["type"] in ("snapshot", "delta"):
                    self.picture = {**self.picture, **{tile: owner for tile, owner, _ in message["tiles"]}}
                elif message["type"] == "error":
                    self.socket.drop()  # Not served now; it tries again.
        except GONE:
            self.socket.drop()

    def shown(self) -> dict:
        return {tile: owner for tile, owner in self.picture.items() if owner}
