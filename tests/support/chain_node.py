"""A real EVM node for tests: anvil from npm, with our contracts on it."""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
import urllib.request

import pytest

HERE = pathlib.Path(__file__).resolve().parent / "chain"
MODULES = HERE / "node_modules"
ANVIL = MODULES / "@foundry-rs" / "anvil-linux-amd64" / "bin" / "anvil"
PATIENCE_S = 60
TOKEN = 10**18
# The first keys of the mnemonic that every development node uses: worth nothing anywhere.
KEYS = ["0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
        "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
        "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
        "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6"]


def install():
    """Fetches the node once. Skips the tests where that cannot be done."""
    if ANVIL.exists() and (MODULES / "ethers").exists() and (MODULES / "solc").exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("there is no npm to fetch an EVM node with: tools/setup installs it")
    done = subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, capture_output=True, text=True, timeout=600)
    if done.returncode != 0 or not ANVIL.exists():
        pytest.skip(f"npm cannot fetch an EVM node: {done.stderr.strip()[-300:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class tool:
    """The library's signatures and encodings."""

    def __init__(self):
        self.process = subprocess.Popen([shutil.which("node"), HERE / "tool.cjs"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        assert json.loads(self.process.stdout.readline()) == "ready"

    def ask(self, what: str, **more):
        self.process.stdin.write(json.dumps({"do": what, **more}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the tool has ended"
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


class node:
    """anvil, a block per transaction unless told otherwise."""

    def __init__(self, tools: tool, state: pathlib.Path = None, chain_id: int = 31337):
        self.tools, self.state, self.chain_id = tools, state, chain_id
        self.port = free_port()
        self.process = None
        self.accounts = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def start(self):
        more = ["--state", str(self.state)] if self.state else []
        self.process = subprocess.Popen(
            [ANVIL, "--host", "127.0.0.1", "--port", str(self.port), "--silent", "--slots-in-an-epoch", "4",
             "--order", "fifo", "--chain-id", str(self.chain_id), *more], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.until(self.is_up, "anvil answers")
        self.accounts = self.rpc("eth_accounts")
        return self

    def is_up(self) -> bool:
        try:
            return bool(self.rpc("eth_chainId"))
        except OSError:
            assert self.process.poll() is None, "anvil has ended"
            return False

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # It writes its state then.
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def rpc(self, method: str, *params):
        answer = self.batch([(method, list(params))])[0]
        assert "error" not in answer, f"{method}: {answer['error']}"
        return answer["result"]

    def batch(self, calls: list) -> list:
        body = [{"jsonrpc": "2.0", "id": n, "method": method, "params": params} for n, (method, params) in enumerate(calls)]
        request = urllib.request.Request(self.url, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return sorted(json.load(answer), key=lambda each: each["id"])

    # -- the chain ----------------------------------------------------------------------------------

    @property
    def head(self) -> int:
        return int(self.rpc("eth_blockNumber"), 16)

    def mine(self, count: int = 1):
        self.rpc("anvil_mine", hex(count))

    def send(self, sender: int, to: str, data: str) -> dict:
        """A transaction, mined. Returns its receipt."""
        fields = {"from": self.accounts[sender], "data": data, "gas": hex(25_000_000 if to is None else 300_000)}
        if to is not None:
            fields["to"] = to
        tx = self.rpc("eth_sendTransaction", fields)
        receipt = self.until(lambda: self.rpc("eth_getTransactionReceipt", tx), "the transaction is mined")
        assert receipt["status"] == "0x1", receipt
        return receipt

    def send_many(self, calls: list):
        """Transactions (sender, to, data), some to a block, all mined when it returns."""
        nonces = [int(self.rpc("eth_getTransactionCount", address, "latest"), 16) for address in self.accounts]
        fields = []
        for sender, to, data in calls:  # A batch is answered in any order.
            fields.append({"from": self.accounts[sender], "to": to, "data": data, "gas": hex(9_000_000),
                           "nonce": hex(nonces[sender])})
            nonces[sender] += 1
        # Its pool loses some of a batch while it mines by itself.
        self.rpc("evm_setAutomine", False)
        for at in range(0, len(calls), 100):
            answers = self.batch([("eth_sendTransaction", [each]) for each in fields[at:at + 100]])
            wrong = [each for each in answers if "error" in each]
            assert not wrong, wrong[0]
            self.mine(40)
        wanted = [hex(nonce) for nonce in nonces]

        def all_mined() -> bool:
            self.mine(40)
            return [self.rpc("eth_getTransactionCount", address, "latest") for address in self.accounts] == wanted

        self.until(all_mined, "all transactions are mined")
        self.rpc("evm_setAutomine", True)

    def until(self, look, what: str):
        until = time.monotonic() + PATIENCE_S
        while True:
            if found := look():
                return found
            assert time.monotonic() < until, f"not in time: {what}"
            time.sleep(0.02)

    def replaced(self, depth: int, transactions: list = ()):
        """Other blocks in the place of the last `depth`. `transactions`: (sender, to, data, index)."""
        nonces = {}
        pairs = []
        for sender, to, data, index in transactions:
            address = self.accounts[sender]
            if address not in nonces:
                nonces[address] = int(self.rpc("eth_getTransactionCount", address, hex(self.head - depth)), 16)
            pairs.append([{"from": address, "to": to, "data": data, "gas": "0x493e0", "nonce": hex(nonces[address])}, index])
            nonces[address] += 1
        self.rpc("anvil_reorg", depth, pairs)


class town:
    """A chain with a token, a treasury and a shop, and buyers who have tokens."""

    TREASURY = "0x00000000000000000000000000000000000c0de5"

    def __init__(self, tools: tool, decimals: int = 18, state: pathlib.Path = None, chain_id: int = 31337):
        self.tools = tools
        self.node = node(tools, state, chain_id).start()
        self.token = self.deploy("GameToken", [str(10**12 * 10**decimals), decimals])
        self.shop = self.deploy("CoinShop", [self.token, self.TREASURY])
        for buyer in (1, 2, 3):
            self.call(0, self.token, "GameToken", "transfer", [self.node.accounts[buyer], str(10**9 * 10**decimals)])
            self.call(buyer, self.token, "GameToken", "approve", [self.shop, str(2**256 - 1)])
        self.node.mine(10)  # No test replaces all this.

    def deploy(self, contract: str, args: list) -> str:
        return self.node.send(0, None, self.tools.ask("create", contract=contract, args=args))["contractAddress"]

    def call(self, sender: int, to: str, contract: str, name: str, args: list) -> dict:
        return self.node.send(sender, to, self.tools.ask("call", contract=contract, name=name, args=args))

    def transfer_data(self, amount: int) -> str:
        return self.tools.ask("call", contract="GameToken", name="transfer", args=[self.TREASURY, str(amount)])

    def pay(self, buyer: int, amount: int) -> dict:
        """Straight to the treasury."""
        return self.node.send(buyer, self.token, self.transfer_data(amount))

    def buy(self, buyer: int, amount: int, user: str) -> dict:
        """In the shop, for this user of the game."""
        ref = "0x" + user.replace("-", "").rjust(64, "0")
        return self.call(buyer, self.shop, "CoinShop", "buy", [str(amount), ref])

    def settings(self, **more) -> dict:
        return {"FIEF_CHAIN_RPC_URLS": self.node.url, "FIEF_CHAIN_WS_URL": self.node.ws_url, "FIEF_CHAIN_ID": str(self.node.chain_id),
                "FIEF_CHAIN_DOMAIN": "play.example.com", "FIEF_CHAIN_TOKEN": self.token,
                "FIEF_CHAIN_TREASURY": self.TREASURY, "FIEF_CHAIN_SHOP": self.shop,
                "FIEF_CHAIN_CENTS_PER_TOKEN": "250", "FIEF_CHAIN_CONFIRMATIONS": "4", "FIEF_CHAIN_REORG_DEPTH": "8",
                "FIEF_CHAIN_POLL_MS": "200", **more}

    def as_file(self, path: pathlib.Path) -> str:
        """The same as a file for `chain.more`."""
        lines = ["[chain]"]
        for name, value in self.settings().items():
            key = name.removeprefix("FIEF_CHAIN_").lower()
            lines.append(f"{key} = " + (f'["{value}"]' if key == "rpc_urls" else value if value.isdigit() else f'"{value}"'))
        path.write_text("\n".join(lines) + "\n")
        return str(path)

    def close(self):
        self.node.stop()


def siwe_text(challenge: dict, address: str, **changes) -> str:
    """The message as an app puts it together by itself."""
    x = {**challenge, "address": address, **changes}
    return (f"{x['domain']} wants you to sign in with your Ethereum account:\n{x['address']}\n\n{x['statement']}\n\n"
            f"URI: {x['uri']}\nVersion: {x['version']}\nChain ID: {x['chain_id']}\nNonce: {x['nonce']}\n"
            f"Issued At: {x['issued_at']}\nExpiration Time: {x['expires_at']}")
