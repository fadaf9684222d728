"""What the tests here have in common."""
from chain_node import KEYS


def link(tools, user, key: int):
    """Proves the wallet of a development key."""
    address = tools.ask("address", key=KEYS[key])
    challenge = user.post("/v1/me/wallets/challenge", {"address": address}, 201)
    proof = {"message": challenge["message"], "signature": tools.ask("sign", key=KEYS[key], message=challenge["message"])}
    assert user.post("/v1/me/wallets", proof, 201)["address"] == address
    return proof
