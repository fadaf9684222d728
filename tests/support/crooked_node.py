"""Stands between the server and a real node, and is as bad a node as it is told to be."""
import http.client
import http.server
import json
import random
import threading


class crooked_node:
    """Passes JSON-RPC on to `port`. The faults are attributes, to be changed at any time."""

    def __init__(self, port: int, seed: int = 1):
        self.random = random.Random(seed)
        self.fail = 0.0        # no answer, or a status of 500, or half an answer
        self.forget = 0.0      # the logs of a range are not there yet
        self.lie = 0.0         # tells of a last block that does not exist
        self.lag = 0           # the last block it knows is so many behind
        self.range_max = None  # blocks of one eth_getLogs
        self.batches = True
        self.asked = 0
        outer = self

        class handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked += 1
                fault = outer.random.random() < outer.fail and outer.random.choice(["cut", "status", "half"])
                if fault == "cut":
                    self.close_connection = True
                    return
                try:
                    answer = json.dumps(outer.answer(port, body)).encode()
                except OSError:  # The node has ended.
                    self.close_connection = True
                    return
                self.send_response(500 if fault == "status" else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer[:len(answer) // 2] if fault else answer)
                self.close_connection = bool(fault)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, port: int, body):
        if isinstance(body, list):
            if not self.batches:
                return {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "no batches"}}
            return [self.answer(port, each) for each in body]
        method, params = body["method"], body["params"]
        head = None
        if self.lag and method in ("eth_getBlockByNumber", "eth_getLogs"):
            head = int(self.real(port, "eth_blockNumber", [])["result"], 16) - self.lag
        if method == "eth_getBlockByNumber":
            if head is not None and params[0] == "latest":
                params = [hex(max(head, 0)), False]
            elif head is not None and params[0].startswith("0x") and int(params[0], 16) > head:
                return {"jsonrpc": "2.0", "id": body["id"], "result": None}
        if method == "eth_getLogs":
            first, last = int(params[0]["fromBlock"], 16), int(params[0]["toBlock"], 16)
            if self.range_max and last - first + 1 > self.range_max:
                return {"jsonrpc": "2.0", "id": body["id"], "error": {"code": -32005, "message": "range is too large"}}
            if self.random.random() < self.forget:
                return {"jsonrpc": "2.0", "id": body["id"], "result": []}
        got = {**self.real(port, method, params), "id": body["id"]}
        if method == "eth_getBlockByNumber" and params[0] == "latest" and self.random.random() < self.lie:
            got["result"] = {**got["result"], "number": hex(int(got["result"]["number"], 16) + 7), "hash": "0x" + "ab" * 32}
        return got

    def real(self, port: int, method: str, params: list):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("POST", "/", json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}),
                               {"Content-Type": "application/json"})
            return json.load(connection.getresponse())
        finally:
            connection.close()
