"""With a certificate configured every connection is TLS: REST and the socket."""
import asyncio
import json
import os
import signal
import socket
import ssl
import subprocess
import time
import urllib.parse
import urllib.request
import warnings

import pytest
import websockets

from server import BINARY, PATIENCE_S, SETTINGS


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"], check=True, capture_output=True)
    return folder / "certificate.pem", folder / "key.pem"


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    """The address of a server with TLS, and a context that trusts it."""
    folder = tmp_path_factory.mktemp("tls")
    for parent in [folder, *folder.parents]:
        if parent.stat().st_mode & 0o077 == 0 and parent.owner() == folder.owner():
            parent.chmod(0o755)  # Postgres runs as another user than root.
    certificate, key = make_certificate(folder)
    command = [BINARY, "serve", "--dev", "--port", "0", "--data-dir", folder / "var",
               "--http-tls-certificate", certificate, "--http-tls-key", key, "--http-first-byte-ms", "2000"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                               env={**os.environ, **SETTINGS})
    try:
        line = process.stdout.readline().strip()
        _, found, url = line.rpartition("listening on ")
        assert found and url.startswith("https://"), line
        yield url, ssl.create_default_context(cafile=certificate)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            assert process.wait(PATIENCE_S) == 0
        finally:
            process.kill()


def post(secure, path, body):
    url, trust = secure
    request = urllib.request.Request(url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, context=trust, timeout=30) as answer:
        return json.load(answer)


def test_half_a_handshake_is_open_no_longer_than_silence(secure):
    parts = urllib.parse.urlsplit(secure[0])
    for begun in (b"", b"\x16\x03\x01\x02\x00", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"):
        with socket.create_connection((parts.hostname, parts.port), 20) as peer:
            began = time.monotonic()
            peer.sendall(begun)
            try:
                assert peer.recv(100) == b""
            except ConnectionResetError:
                pass
            assert time.monotonic() - began < 15


def test_rest_and_the_socket_speak_tls(secure):
    url, trust = secure
    account = {"email": "tls@example.com", "password": "correct horse battery", "username": "tls_runner"}
    token = post(secure, "/v1/auth/register", account)["access_token"]

    async def talk():
        address = url.replace("https", "wss") + "/v1/live"
        async with websockets.connect(address, ssl=trust, subprotocols=["fief.v1.json"]) as socket:
            await socket.send(json.dumps({"type": "hello", "token": token}))
            welcome = json.loads(await socket.recv())
            await socket.send(json.dumps({"type": "ping", "n": 7}))
            return welcome, json.loads(await socket.recv())

    welcome, pong = asyncio.run(asyncio.wait_for(talk(), 30))
    assert (welcome["type"], pong) == ("welcome", {"type": "pong", "n": 7})


def test_a_plain_request_gets_no_answer_on_a_tls_port(secure):
    url, _ = secure
    with pytest.raises(OSError):
        urllib.request.urlopen(url.replace("https", "http") + "/healthz", timeout=10)


def test_a_browser_is_told_to_come_back_by_tls_only(secure):
    url, trust = secure
    with urllib.request.urlopen(url + "/healthz", context=trust, timeout=30) as answer:
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_an_old_version_of_tls_is_refused(secure):
    url, trust = secure
    host, _, port = url.removeprefix("https://").rpartition(":")

    def version(least, most):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=ssl.DER_cert_to_PEM_cert(trust.get_ca_certs(binary_form=True)[0]))
        context.set_ciphers("ALL:@SECLEVEL=0")  # Else this side would not even ask.
        context.minimum_version, context.maximum_version = least, most
        with socket.create_connection((host, int(port)), 30) as plain, context.wrap_socket(plain, server_hostname=host) as secured:
            return secured.version()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for old in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            with pytest.raises((ssl.SSLError, ConnectionError)):
                version(old, old)
    assert version(ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    assert version(ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
