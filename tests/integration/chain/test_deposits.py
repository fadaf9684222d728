"""Coins bought on a real EVM node: wallets, transfers, the shop, reorganisations, restarts."""
import pathlib

import pytest

from chain_node import KEYS, TOKEN, siwe_text
from client import wait_until
from server import server
from wallets import link

CENTS = 250  # per token


@pytest.fixture(scope="module")
def town(build_town):
    return build_town()


@pytest.fixture(scope="module")
def world(serve, town):
    return serve(settings=town.settings())


def deposits(user) -> list:
    return list(user.pages("/v1/me/deposits"))


def coins(user) -> int:
    return user.get("/v1/me")["coins_cents"]


def credited(user, count: int) -> list:
    wait_until(lambda: sum(each["state"] == "credited" for each in deposits(user)) == count, f"{count} are credited")
    return deposits(user)


def test_a_transfer_of_a_linked_wallet_is_pending_and_then_credited_once(world, town, tools):
    user = world.runner("payer")
    link(tools, user, 1)
    live = world.live(user)
    receipt = town.pay(1, 3 * TOKEN + 7)
    wait_until(lambda: deposits(user), "it is seen")
    seen = deposits(user)[0]
    assert (seen["state"], seen["coins_cents"], seen["amount"], seen["dust"]) == ("pending", 3 * CENTS, str(3 * TOKEN + 7), "7")
    assert (seen["tx"], seen["kind"], seen["confirmations"]) == (receipt["transactionHash"], "transfer", 1)
    assert coins(user) == 0
    town.node.mine(2)
    wait_until(lambda: deposits(user)[0]["confirmations"] == 3, "three confirmations are seen")
    assert coins(user) == 0
    town.node.mine(1)
    done = credited(user, 1)
    assert coins(user) == 3 * CENTS and done[0]["credited_at"]
    notice = live.expect("notice")
    assert (notice["notification"]["kind"], notice["notification"]["amount_cents"]) == ("deposit_credited", 3 * CENTS)
    rows = list(user.pages("/v1/me/ledger"))
    assert [row["cause"] for row in rows] == [f"deposit:31337:{seen['tx']}:{seen['log_index']}"]
    town.node.mine(3)
    assert coins(user) == 3 * CENTS


def test_a_purchase_is_for_the_user_it_names_and_counts_once(world, town):
    user = world.runner("shopper")
    town.buy(2, 2 * TOKEN, user.id)
    town.node.mine(4)
    done = credited(user, 1)
    assert (done[0]["kind"], done[0]["coins_cents"]) == ("purchase", 2 * CENTS)
    assert coins(user) == 2 * CENTS


def test_what_came_before_the_wallet_was_linked_waits_for_it(world, town, tools):
    user = world.runner("late")
    town.pay(3, 5 * TOKEN)
    town.pay(3, TOKEN // 1000)  # Too little for a cent.
    town.node.mine(5)
    other = world.runner("witness")
    town.buy(2, TOKEN, other.id)
    town.node.mine(4)
    credited(other, 1)  # So the ones before were read, too.
    assert deposits(user) == [] and coins(user) == 0
    link(tools, user, 3)
    done = credited(user, 2)
    assert coins(user) == 5 * CENTS
    assert {each["coins_cents"] for each in done} == {0, 5 * CENTS}
    assert next(each for each in done if not each["coins_cents"])["dust"] == str(TOKEN // 1000)


def test_blocks_that_are_replaced_take_their_deposits_with_them(world, town, tools):
    user = world.runner("unlucky")
    gone = town.buy(1, 8 * TOKEN, user.id)["transactionHash"]
    wait_until(lambda: [each["tx"] for each in deposits(user)] == [gone], "it is seen")
    # The same buyer pays another amount in the blocks that take the place of the last ones.
    ref = "0x" + user.id.replace("-", "").rjust(64, "0")
    data = tools.ask("call", contract="CoinShop", name="buy", args=[str(3 * TOKEN), ref])
    town.node.replaced(1, [(1, town.shop, data, 0)])
    town.node.mine(1)
    wait_until(lambda: [each["coins_cents"] for each in deposits(user)] == [3 * CENTS], "the other one is seen")
    town.node.mine(4)
    assert credited(user, 1)[0]["coins_cents"] == 3 * CENTS
    assert coins(user) == 3 * CENTS


def test_a_restart_of_server_and_node_goes_on_where_it_was(serve, build_town, tmp_path):
    town = build_town(state=tmp_path / "anvil.json")
    world = serve(settings=town.settings())
    user = world.runner("patient")
    town.buy(1, TOKEN, user.id)
    town.node.mine(4)
    credited(user, 1)
    world.server.kill()
    town.buy(1, 2 * TOKEN, user.id)
    town.node.mine(40)  # Days of it, in small.
    world.server.start()
    user.move(world.url)
    credited(user, 2)
    town.node.stop()
    assert user.get("/v1/me/deposits")  # Served without a node.
    town.node.start()
    town.buy(1, 4 * TOKEN, user.id)
    town.node.mine(4)
    credited(user, 3)
    assert coins(user) == 7 * CENTS


def test_a_reorganisation_that_is_too_deep_halts_until_an_operator_has_it_read_again(serve, build_town):
    town = build_town()
    world = serve(settings=town.settings())
    user = world.runner("deep")
    town.buy(1, TOKEN, user.id)
    before = town.node.head
    town.node.mine(6)
    credited(user, 1)
    ref = "0x" + user.id.replace("-", "").rjust(64, "0")
    data = town.tools.ask("call", contract="CoinShop", name="buy", args=[str(2 * TOKEN), ref])
    town.node.replaced(7, [(1, town.shop, data, 0)])
    town.node.mine(1)
    wait_until(lambda: "HALTED" in world.server.run("admin", "chain", "status").stdout, "it is halted")
    assert 'fief_chain_halted{chain="31337"} 1' in world.anybody().raw("GET", "/metrics").body.decode()
    town.node.mine(10)
    assert coins(user) == CENTS
    done = world.server.run("admin", "chain", "rescan", "--from", str(before))
    assert done.returncode == 0, done.stderr
    credited(user, 2)
    status = world.server.run("admin", "chain", "status").stdout
    assert "following" in status and "1 of these lost" in status, status
    assert coins(user) == 3 * CENTS


def test_at_the_finalized_tag_prompted_over_websocket_alone(serve, build_town):
    town = build_town()
    world = serve(settings=town.settings(FIEF_CHAIN_CREDIT_AT="finalized", FIEF_CHAIN_POLL_MS="600000"))
    user = world.runner("final")
    block = int(town.buy(1, TOKEN, user.id)["blockNumber"], 16)
    # Each new block is a prompt; nobody polls within this test.
    wait_until(lambda: town.node.mine() or deposits(user), "it is seen")
    wait_until(lambda: town.node.mine() or coins(user), "it is credited")
    assert int(town.node.rpc("eth_getBlockByNumber", "finalized", False)["number"], 16) >= block
    assert deposits(user)[0]["confirmations"] > 8 and coins(user) == CENTS  # anvil finalizes eight blocks back.


def test_two_chains_are_read_side_by_side(serve, build_town, tools, tmp_path):
    town, other = build_town(), build_town(chain_id=99, decimals=6)
    more = other.as_file(tmp_path / "other.toml")
    (tmp_path / "other.toml").write_text(pathlib.Path(more).read_text() + "token_decimals = 6\n")
    world = serve(settings=town.settings(FIEF_CHAIN_MORE=more))
    user = world.runner("traveller")
    link(tools, user, 1)
    town.pay(1, 3 * TOKEN)
    other.pay(1, 5 * 10**6)
    other.buy(2, 2 * 10**6, user.id)
    wait_until(lambda: len(deposits(user)) == 3, "all are seen")
    town.node.mine(4)
    other.node.mine(4)
    seen = credited(user, 3)
    assert sorted((each["chain_id"], each["coins_cents"]) for each in seen) == [
        (99, 2 * CENTS), (99, 5 * CENTS), (31337, 3 * CENTS)]
    assert coins(user) == 10 * CENTS
    told = world.anybody().raw("GET", "/metrics").body.decode()
    assert 'fief_chain_credited_total{chain="31337"} 1' in told and 'fief_chain_credited_total{chain="99"} 2' in told
    said = world.server.run("admin", "chain", "rescan", "--chain", "99", "--from", "1").stdout
    assert "chain 99" in said
    other.node.mine(1)
    wait_until(lambda: "chain 99: following" in world.server.run("admin", "chain", "status").stdout, "it is read again")
    assert coins(user) == 10 * CENTS
    world.server.audit()


def test_proofs_that_prove_nothing_are_refused(world, tools):
    user, other = world.runner("prover"), world.runner("other")
    address = tools.ask("address", key=KEYS[0])
    spent = link(tools, user, 0)
    assert user.get("/v1/me/wallets")["items"][0]["address"] == address
    user.post("/v1/me/wallets", spent, 201)  # Again: it is his already.
    other.refused("POST", "/v1/me/wallets", spent, 409, "challenge_expired")

    def proof(of, key=KEYS[0], **changes):
        text = siwe_text(of.post("/v1/me/wallets/challenge", None, 201), address, **changes)
        return {"message": text, "signature": tools.ask("sign", key=key, message=text)}

    other.refused("POST", "/v1/me/wallets", proof(other), 409, "wallet_taken")
    other.refused("POST", "/v1/me/wallets", proof(user), 409, "challenge_expired")  # Somebody else's nonce.
    for wrong in (proof(other, key=KEYS[1]), proof(other, domain="evil.example.com"), proof(other, chain_id=1),
                  proof(other, uri="https://evil.example.com"), proof(other, expires_at="2020-01-01T00:00:00Z"),
                  proof(other, issued_at="2020-01-01T00:00:00Z"), proof(other, version="2"), proof(other, nonce="short"),
                  {**proof(other), "signature": "0x" + "1" * 130}, {**proof(other), "signature": "0x00"},
                  {**proof(other), "message": "no"}):
        other.refused("POST", "/v1/me/wallets", wrong, 422, "wallet_proof_invalid")
    other.refused("POST", "/v1/me/wallets/challenge", {"address": address.swapcase().replace("0X", "0x")}, 422)
    other.ask("DELETE", f"/v1/me/wallets/{address}", status=204)  # Not hers: nothing happens.
    assert [each["address"] for each in user.get("/v1/me/wallets")["items"]] == [address]
    user.ask("DELETE", f"/v1/me/wallets/{address.lower()}", status=204)
    assert user.get("/v1/me/wallets")["items"] == []
    other.post("/v1/me/wallets", proof(other), 201)
    user.refused("DELETE", "/v1/me/wallets/0x12", None, 404, "not_found")


@pytest.mark.parametrize("change, key", [
    ({"FIEF_CHAIN_ID": "1"}, "chain.id"), ({"FIEF_CHAIN_TOKEN_DECIMALS": "6"}, "chain.token_decimals"),
    ({"FIEF_CHAIN_TOKEN": "0x" + "12" * 20}, "chain.token"), ({"FIEF_CHAIN_SHOP": "0x" + "12" * 20}, "chain.shop"),
    ({"FIEF_CHAIN_TREASURY": "0x12"}, "chain.treasury"), ({"FIEF_CHAIN_DOMAIN": ""}, "chain.domain"),
    ({"FIEF_CHAIN_RPC_URLS": "ftp://x"}, "chain.rpc_urls"), ({"FIEF_CHAIN_REORG_DEPTH": "2"}, "chain.reorg_depth")])
def test_wrong_settings_stop_the_start_and_are_named(town, change, key):
    home = server(settings=town.settings(**change))
    try:
        done = home.run("serve", "--port", "0")
    finally:
        home.clear()
    assert done.returncode in (1, 2) and key in done.stderr, done.stdout + done.stderr
