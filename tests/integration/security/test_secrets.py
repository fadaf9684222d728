"""Passwords, tokens, keys and e-mails stay out of the logs, the error answers and a stolen dump."""
import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import socket as sockets
import subprocess

import pytest

import tracks
from client import CITY, client, ms
from forging import token_key

PASSWORD = "Tr0ub4dor-and-3-horses"
WRONG = "guessed-horse-battery"
EMAIL = "very.private.address@secret-mail.example"
HOME = (45.7654321, 15.8765432)
# What tells a stranger how the server is built: names of its parts, its files and its database's.
INSIDES = re.compile(rb"select |insert |update |app_user|refresh_token_pk|pqxx|libpq|SQLSTATE|postgres|caf::|std::|exception"
                     rb"|\.cpp|/work|/tmp/|/var/|argon2|0x[0-9a-f]{8}", re.IGNORECASE)


def postgres_program(name: str) -> str:
    found = shutil.which(name) or next((str(path) for path in sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), None)
    assert found, f"no {name}: the server needs Postgres, which brings it"
    return found


def in_postgres(server, program: str, *arguments) -> str:
    """Output of one of Postgres's own programs, connected to the server's database."""
    command = [postgres_program(program), "-h", server.data_dir / "socket", "-p", "5432", "-U", "fief", *arguments, "fief"]
    return subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "PGPASSWORD": ""}).stdout


class story:
    """One user does everything that has a secret in it, right and wrong, on a server that logs all it can."""

    def __init__(self, world):
        self.world, self.secrets, self.problems = world, {"the password": PASSWORD, "a wrong password": WRONG}, []
        self.anybody = client(world.url)
        self.sign_up()
        self.fail()
        self.play()
        self.end_sessions()
        self.keys()
        # The last word: what is logged at `info` takes all that was logged before along to the file.
        world.operator.post(f"/v1/users/{self.id}/grants", {"coins_cents": 5, "reason": "for the log"}, 201)

    def send(self, who, *arguments, **more):
        got = who.send(*arguments, **more)
        if got.status >= 400:
            self.problems.append(got.body)
        return got

    def keep(self, what: str, tokens: dict) -> dict:
        self.secrets[f"the access token of {what}"] = tokens["access_token"]
        self.secrets[f"the refresh token of {what}"] = tokens["refresh_token"]
        return tokens

    def sign_up(self):
        self.account = {"email": EMAIL, "password": PASSWORD, "username": "private_runner"}
        made = self.keep("registering", self.send(self.anybody, "POST", "/v1/auth/register", self.account).json)
        self.user = client(self.world.url, made["access_token"])
        self.id = made["user"]["id"]
        login = {"email": EMAIL, "password": PASSWORD}
        # With an Idempotency-Key and a token: neither the answer nor the password may be remembered.
        headers = {"Idempotency-Key": "sign-in-once"}
        first = self.send(self.user, "POST", "/v1/auth/login", login, headers=headers).json
        second = self.send(self.user, "POST", "/v1/auth/login", login, headers=headers)
        assert "idempotent-replayed" not in second.headers
        self.keep("logging in", first)
        self.keep("logging in again", second.json)
        rotated = self.send(self.anybody, "POST", "/v1/auth/refresh", {"refresh_token": made["refresh_token"]}).json
        self.keep("refreshing", rotated)
        self.rotated = rotated["refresh_token"]

    def fail(self):
        secret_path = "/v1/nothing/" + "s3cr3t-in-a-path"
        for body in ({**self.account}, {**self.account, "email": EMAIL + "x"}, {**self.account, "password": "short"},
                     {**self.account, "email": "no e-mail " + EMAIL}, {**self.account, "password": [PASSWORD]},
                     b'{"password": "' + PASSWORD.encode() + b'", ', b"\xff\xfe" + PASSWORD.encode()):
            self.send(self.anybody, "POST", "/v1/auth/register", body)
        for email, password in ((EMAIL, WRONG), ("x" + EMAIL, PASSWORD), (EMAIL + "'; drop table app_user; --", PASSWORD)):
            self.send(self.anybody, "POST", "/v1/auth/login", {"email": email, "password": password})
        self.send(self.anybody, "POST", "/v1/auth/refresh", {"refresh_token": PASSWORD})
        self.send(self.anybody, "GET", secret_path)
        for query in ({"access_token": self.secrets["the access token of registering"]}, {"password": PASSWORD},
                      {"email": EMAIL}, {"limit": PASSWORD}, {"cursor": "' or 1=1 --"}):
            self.send(self.user, "GET", "/v1/runs", query=query)
            self.send(self.anybody, "GET", "/v1/live", query=query)
        for header in (f"Bearer {WRONG}", f"Basic {base64.b64encode(f'{EMAIL}:{PASSWORD}'.encode()).decode()}"):
            self.send(self.anybody, "GET", "/v1/me", headers={"Authorization": header})
        self.send(self.user, "DELETE", "/v1/me", {"password": WRONG})
        self.send(self.user, "PATCH", "/v1/me", {"username": "x" * 99, "password": PASSWORD})
        for key in ("a" * 129, "b\u00ff"):
            self.send(self.user, "POST", "/v1/runs", {}, headers={"Idempotency-Key": key.encode("latin-1")})
        self.send(self.world.operator, "GET", "/v1/users", query={"q": EMAIL})
        socket = self.world.socket()
        for message in ({"type": "hello", "token": WRONG}, {"type": "hello", "token": self.user.token, "password": PASSWORD},
                        {"type": "login", "password": PASSWORD}, '{"token": "' + self.user.token):
            socket.send(message)
            self.problems.append(json.dumps(socket.expect("error")).encode())
        socket.close()
        for raw in (b"GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + WRONG.encode() + b"\r\nHost: y\r\n\r\n",
                    b"GET /v1/" + PASSWORD.encode() + b"\x00 HTTP/1.1\r\n\r\n", PASSWORD.encode() + b"\r\n\r\n"):
            with sockets.create_connection((self.anybody.host, self.anybody.port), 30) as plain:
                plain.sendall(raw)
                self.problems.append(plain.makefile("rb").read())

    def play(self):
        self.user.ask("PUT", "/v1/me/home-zones", [{"lat": HOME[0], "lon": HOME[1], "radius_m": 200}])
        run = self.user.post("/v1/runs", {}, 201)["id"]
        self.fixes = tracks.line(tracks.spot(CITY, 1), 60, ms(self.world.server.now()) - 30_000)
        self.user.post(f"/v1/runs/{run}/fixes", {"first_seq": 1, "fixes": self.fixes})
        self.user.post(f"/v1/runs/{run}/finish", {"total_seq": len(self.fixes)}, (200, 202))
        self.world.live(self.world.operator)

    def end_sessions(self):
        # Rotated a second time, so that the first token again is a thief's.
        again = self.keep("refreshing again", self.anybody.post("/v1/auth/refresh", {"refresh_token": self.rotated}))
        self.send(self.anybody, "POST", "/v1/auth/refresh", {"refresh_token": self.secrets["the refresh token of registering"]})
        self.send(self.anybody, "POST", "/v1/auth/logout", {"refresh_token": again["refresh_token"]})

    def keys(self):
        secret = (self.world.server.data_dir / "server.key").read_bytes()
        for what, key in (("the key file", secret), ("the key of access tokens", token_key(self.world.server))):
            self.secrets[f"{what} in hex"] = key.hex()
            self.secrets[f"{what} in base64"] = base64.b64encode(key).decode().rstrip("=")
        self.secrets["the operator's password"] = self.world.operator.password
        self.secrets["the operator's token"] = self.world.operator.token


@pytest.fixture(scope="module")
def told(serve):
    return story(serve(settings={"FIEF_LOG_LEVEL": "trace"}))


def test_no_secret_and_no_address_is_in_a_log(told):
    server = told.world.server
    text = server.log.read_text(errors="replace")
    assert text.count(" answered ") > 30, "it logs its requests at this level"
    assert "s3cr3t-in-a-path" in text, "else nothing here proves a thing: paths are logged"
    text += (server.data_dir / "postgres.log").read_text(errors="replace")
    for what, secret in {**told.secrets, "the e-mail": EMAIL, "home": str(HOME[0])[:6], "a track": str(told.fixes[0][1])[:8]}.items():
        assert secret.lower() not in text.lower(), f"a log shows {what}"
    assert "argon2id" not in text


def test_error_answers_tell_nothing_of_the_inside_nor_a_secret(told):
    assert len(told.problems) > 30
    for body in told.problems:
        assert not INSIDES.search(body), body
        for what, secret in told.secrets.items():
            assert secret.encode() not in body, f"{what}: {body}"


def test_what_an_operator_changes_is_in_the_log(told):
    wanted = f"operator {told.world.operator.id} asks for POST /v1/users/{told.id}/grants"
    assert wanted in told.world.server.log.read_text()


def test_files_with_secrets_are_their_owners_alone(told):
    data = told.world.server.data_dir
    for name in ("server.key", "postgres.log", "postgres", "socket", "fief.lock"):
        assert (data / name).stat().st_mode & 0o077 == 0, f"others may read {name}"
    assert (data / "server.key").stat().st_size == 32


def test_a_stolen_dump_opens_no_account(told):
    dump = in_postgres(told.world.server, "pg_dump", "--data-only")
    assert EMAIL in dump and told.id in dump, "it holds what it must: else this proves nothing"
    for what, secret in told.secrets.items():
        assert secret not in dump, f"the dump holds {what}"
    for word in (PASSWORD, told.secrets["the operator's password"]):
        for fast in (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512):
            assert fast(word.encode()).hexdigest() not in dump, f"{fast().name} is no way to keep a password"
        for body in ({"email": EMAIL, "password": word},):
            target = f"POST\n/v1/auth/login\n{json.dumps(body)}\n"
            assert hashlib.sha256(target.encode()).hexdigest() not in dump, "a digest of a body with a password is kept"
    hashes = re.findall(r"\$argon2id\$v=19\$m=\d+,t=\d+,p=1\$\S+", dump)
    assert len(hashes) >= 2 and len(set(hashes)) == len(hashes), "argon2id, a salt each"
    # Refresh tokens are there as their digests; these open nothing.
    token = told.secrets["the refresh token of refreshing"]
    digest = hashlib.sha256(token.encode()).hexdigest()
    assert digest in dump
    told.anybody.refused("POST", "/v1/auth/refresh", {"refresh_token": digest}, 401, "token_expired")


def test_a_deleted_account_leaves_no_address_no_home_and_no_track(told):
    server = told.world.server
    user = told.world.runner("leaver")
    user.ask("PUT", "/v1/me/home-zones", [{"lat": 45.6112233, "lon": 15.6445566, "radius_m": 300}])
    done = user.run_of(tracks.ending_at(tracks.line(tracks.spot(CITY, 2), 900, 0), ms(server.now()) - 3000))
    count = ["-Atc", f"select count(*) from fix_chunk where run_id = '{done['id']}'"]
    assert int(in_postgres(server, "psql", *count)) > 0
    user.ask("DELETE", "/v1/me", {"password": user.password}, 204)
    dump = in_postgres(server, "pg_dump", "--data-only")
    for what, word in {"e-mail": user.email, "name": user.name, "home": "456112233", "refresh token":
                       hashlib.sha256(user.refresh_token.encode()).hexdigest()}.items():
        assert word not in dump, f"the dump still holds the {what}"
    assert int(in_postgres(server, "psql", *count)) == 0


def test_postgres_logs_an_error_without_the_row_that_it_is_about(told):
    """Its details quote keys and rows, with the e-mail and the hash of the password in them."""
    again = (f"insert into app_user (id, username, email, password_hash, roles, created_at) select gen_random_uuid(), 'copy', email,"
             f" password_hash, roles, created_at from app_user where id = '{told.id}'")
    with pytest.raises(subprocess.CalledProcessError):
        in_postgres(told.world.server, "psql", "-c", again)
    log = (told.world.server.data_dir / "postgres.log").read_text(errors="replace")
    assert "app_user_email_key" in log and EMAIL not in log and "argon2id" not in log
