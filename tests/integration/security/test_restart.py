"""Rights taken away stay away over a crash: a token lives longer than a process."""


def test_a_crash_gives_nobody_a_right_back(serve):
    world = serve()
    operator = world.operator
    banned, deleted, demoted = (world.runner(name) for name in ("banned", "deleted", "demoted"))
    organiser, plain = world.organiser(), world.runner("plain")
    operator.ask("PATCH", f"/v1/users/{demoted.id}", {"roles": ["runner", "organiser", "operator"]})
    demoted.login()
    assert demoted.get("/v1/users")["items"]
    operator.ask("PATCH", f"/v1/users/{demoted.id}", {"roles": ["runner"]})
    operator.ask("PATCH", f"/v1/users/{banned.id}", {"banned": True})
    deleted.ask("DELETE", "/v1/me", {"password": deleted.password}, 204)

    world.server.kill()
    world.server.start()
    for who in (operator, banned, deleted, demoted, organiser, plain):
        who.move(world.url)

    for who in (banned, deleted):
        who.refused("GET", "/v1/me", None, 401, "token_expired")
        who.refused("GET", "/v1/runs", None, 401, "token_expired")
        who.refused("POST", "/v1/runs", {}, 401, "token_expired")
    for method, path, body in (("GET", "/v1/users", None), ("PATCH", f"/v1/users/{demoted.id}", {"roles": ["operator"]}),
                               ("POST", f"/v1/users/{demoted.id}/grants", {"coins_cents": 5, "reason": "mine"}),
                               ("POST", "/v1/events", {})):
        demoted.refused(method, path, body, 403, "forbidden")
    # Those who kept theirs still have them, with the tokens from before.
    assert demoted.get("/v1/me")["coins_cents"] == 0 and plain.get("/v1/me")["id"] == plain.id
    assert operator.get("/v1/users", query={"q": plain.name})["items"]
    assert organiser.refused("POST", "/v1/events", {})["code"] == "invalid_argument"


def test_a_key_that_others_may_read_stops_the_start_and_a_new_one_ends_access_tokens(serve):
    world = serve()
    user = world.runner("keyholder")
    key = world.server.data_dir / "server.key"
    before = key.read_bytes()
    assert world.server.stop() == 0
    key.chmod(0o640)
    refused = world.server.run("serve", "--port", "0")
    assert refused.returncode == 1 and "chmod 600" in refused.stderr
    assert before.hex() not in refused.stderr + refused.stdout
    key.unlink()
    world.server.start()
    user.move(world.url)
    assert key.read_bytes() != before and key.stat().st_mode & 0o777 == 0o600
    user.refused("GET", "/v1/me", None, 401, "token_expired")
    user.adopt(user.post("/v1/auth/refresh", {"refresh_token": user.refresh_token}))
    assert user.get("/v1/me")["username"] == user.name
