"""How the demonstration asks over REST when the server is busy, limits it, or has gone."""
import asyncio
import json

import pytest

from demo.api import account, link, refused, server_gone
from demo.clock import server_clock

TOKENS = {"access_token": "first", "refresh_token": "r1", "expires_in": 900, "user": {"id": "u", "coins_cents": 0}}


def answer(status: int, body=None, **headers) -> bytes:
    text = json.dumps(body).encode() if body is not None else b""
    lines = [f"HTTP/1.1 {status} -", f"Content-Length: {len(text)}",
             *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + text


class scripted:
    """Gives these answers, one a request; None hangs up. Remembers what was asked."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    async def serve(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        method, target, _ = head[0].split()
        self.asked.append((method, target, headers, json.loads(body) if body else None))
        text = self.answers.pop(0)
        if text is not None:
            writer.write(text)
            await writer.drain()
        writer.close()


def play(server: scripted, act, patience: int = 10):
    """Runs `act(link)`. Returns its result and the pauses, which take no time."""
    async def whole():
        listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        async with listener:
            to, pauses = link(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"), []

            async def pause(attempt: int, asked_s: float = 0.0):
                pauses.append((attempt, asked_s))
                if len(pauses) > patience:
                    raise server_gone()

            to.pause = pause
            return await asyncio.wait_for(act(to), 30), pauses
    return asyncio.run(whole())


def signed_in(to: link) -> account:
    user = account(to, server_clock(), "ana@x.example", "secret", "ana")
    user.adopt(TOKENS)
    return user


@pytest.mark.parametrize("bad", [None, answer(503), answer(503, {"code": "unavailable"}, Retry_After=2),
                                 answer(429, {"code": "rate_limited"}, Retry_After=7), b"nonsense\r\n\r\n"])
def test_trouble_that_passes_is_waited_for(bad):
    server = scripted(bad, bad, answer(200, {"fine": True}))
    found, pauses = play(server, lambda to: to.ask("GET", "/v1/x"))
    assert found == {"fine": True} and [attempt for attempt, _ in pauses] == [0, 1]


def test_the_server_says_how_long():
    server = scripted(answer(429, {"code": "rate_limited"}, Retry_After=7), answer(200, {}))
    assert play(server, lambda to: to.ask("GET", "/v1/x"))[1] == [(0, 7.0)]


def test_all_attempts_of_a_post_have_one_key_and_two_posts_have_two():
    server = scripted(answer(503), answer(201, {}), answer(201, {}))

    async def twice(to):
        for _ in range(2):
            await to.ask("POST", "/v1/x", {"a": 1}, "token")

    play(server, twice)
    first, again, second = (headers["idempotency-key"] for _, _, headers, _ in server.asked)
    assert first == again != second


@pytest.mark.parametrize("status, code", [(404, "not_found"), (409, "ticket_used"), (429, "claim_too_soon")])
def test_a_refusal_is_told_and_not_repeated(status, code):
    server = scripted(answer(status, {"code": code, "run": "r"}, Retry_After=3))
    with pytest.raises(refused) as caught:
        play(server, lambda to: to.ask("POST", "/v1/x"))
    assert (caught.value.code, caught.value.problem["run"], len(server.asked)) == (code, "r", 1)


def test_a_server_that_never_answers_is_given_up():
    with pytest.raises(server_gone):
        play(scripted(*[None] * 100), lambda to: to.ask("GET", "/v1/x"), patience=5)


def test_a_token_that_is_not_taken_is_refreshed_once():
    server = scripted(answer(401, {"code": "token_expired"}), answer(200, {**TOKENS, "access_token": "second"}),
                      answer(200, {"id": "u"}))
    found, _ = play(server, lambda to: signed_in(to).get("/v1/me"))
    assert found == {"id": "u"}
    assert [target for _, target, _, _ in server.asked] == ["/v1/me", "/v1/auth/refresh", "/v1/me"]
    assert server.asked[2][2]["authorization"] == "bearer second"


def test_a_refresh_token_that_is_not_taken_makes_it_sign_in():
    server = scripted(answer(401, {"code": "token_expired"}), answer(401, {"code": "token_reused"}),
                      answer(200, TOKENS), answer(200, {}))
    play(server, lambda to: signed_in(to).get("/v1/me"))
    assert server.asked[2][1] == "/v1/auth/login"


def test_a_token_is_used_for_less_time_where_time_runs_faster():
    clock = server_clock(lambda: 0.0)
    clock.speed = 1e9
    server = scripted(answer(200, TOKENS))

    async def ask_for_token(to):
        user = account(to, clock, "ana@x.example", "secret")
        user.adopt(TOKENS)
        return await user.token()

    play(server, ask_for_token)
    assert server.asked[0][1] == "/v1/auth/refresh"


def test_a_taken_name_gets_a_number():
    server = scripted(answer(401, {"code": "wrong_credentials"}), answer(409, {"code": "username_taken"}),
                      answer(201, TOKENS))

    async def settle(to):
        user = account(to, server_clock(), "ana@x.example", "secret", "ana")
        await user.settle_in({"ana@x.example"})
        return user.email, user.username

    assert play(server, settle)[0] == ("ana3@x.example", "ana3")
    assert [target for _, target, _, _ in server.asked] == ["/v1/auth/login", "/v1/auth/register", "/v1/auth/register"]
