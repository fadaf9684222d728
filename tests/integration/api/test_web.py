"""The web application's files as a browser gets them, what they may do there, and /v1/server."""
import gzip
import socket
import subprocess

import pytest

from server import BINARY, server

PAGE = b"<!doctype html><title>fief</title><script type=module src=/assets/index-1a2b.js></script>"
SCRIPT = b"export const life = 42; // " + b"x" * 300_000
SECRET = "not to be served"


@pytest.fixture(scope="module")
def application(tmp_path_factory):
    """What a build leaves, and beside it what nobody may read."""
    top = tmp_path_factory.mktemp("application")
    (top / "secret.txt").write_text(SECRET)
    built = top / "web"
    (built / "assets" / "deeper").mkdir(parents=True)
    (built / "index.html").write_bytes(PAGE)
    (built / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (built / ".env").write_text(SECRET)
    (built / "assets" / "index-1a2b.js").write_bytes(SCRIPT)
    (built / "assets" / "index-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT, 9))
    (built / "assets" / "index-1a2b.js.br").write_bytes(b"as brotli")
    (built / "assets" / "deeper" / "inner.js").write_text(SECRET)
    return built


@pytest.fixture(scope="module")
def city(serve, application):
    return serve(settings={"FIEF_WEB_DIR": str(application), "FIEF_HTTP_REQUESTS_PER_MINUTE": "60",
                           "FIEF_WEB_BASEMAP_TILES": "https://tiles.example:8443/{z}/{x}/{y}.png",
                           "FIEF_WEB_BASEMAP_ATTRIBUTION": "Somebody's map"})


def policy_of(answer) -> dict:
    parts = (part.split() for part in answer.headers["content-security-policy"].split(";"))
    return {name: sources for name, *sources in parts}


def test_the_page_may_load_and_ask_nothing_but_this_origin_and_the_basemap(city):
    page = city.anybody().send("GET", "/")
    assert (page.status, page.body, page.headers["content-type"]) == (200, PAGE, "text/html; charset=utf-8")
    policy = policy_of(page)
    assert policy["default-src"] == ["'none'"]
    for name in ("script-src", "style-src", "font-src", "worker-src"):
        assert policy[name] == ["'self'"], name
    for name in ("base-uri", "form-action", "frame-ancestors"):
        assert policy[name] == ["'none'"], name
    assert policy["connect-src"] == ["'self'", "https://tiles.example:8443"]
    assert policy["img-src"] == ["'self'", "data:", "blob:", "https://tiles.example:8443"]
    assert not any("unsafe" in source or source == "*" for sources in policy.values() for source in sources)
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "strict-origin"
    assert page.headers["cross-origin-opener-policy"] == "same-origin"
    assert "geolocation=(self)" in page.headers["permissions-policy"]


def test_the_page_is_asked_for_again_and_sent_only_once(city):
    anybody = city.anybody()
    etag = anybody.send("GET", "/").headers["etag"]
    known = anybody.send("GET", "/", headers={"If-None-Match": etag})
    assert (known.status, known.body, known.headers["etag"]) == (304, b"", etag)
    assert known.headers["cache-control"] == "no-cache"
    assert anybody.send("GET", "/", headers={"If-None-Match": '"other"'}).body == PAGE
    head = anybody.send("HEAD", "/")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(PAGE)))
    assert anybody.raw("POST", "/").status == 405


@pytest.mark.parametrize("accepted, encoding, body", [
    ("", None, SCRIPT), ("identity", None, SCRIPT), ("br;q=0, gzip", "gzip", gzip.compress(SCRIPT, 9, mtime=0)[10:]),
    ("gzip, deflate, br, zstd", "br", b"as brotli")])
def test_an_asset_comes_in_the_best_encoding_and_lasts(city, accepted, encoding, body):
    got = city.anybody().raw("GET", "/assets/index-1a2b.js", headers={"Accept-Encoding": accepted})
    assert (got.status, got.headers.get("content-encoding")) == (200, encoding)
    assert got.body.endswith(body) and len(got.body) - len(body) in (0, 10)  # gzip's head holds a time and a name
    assert got.headers["content-type"] == "text/javascript; charset=utf-8"
    assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "accept-encoding" in got.headers["vary"].lower()
    assert policy_of(got)["worker-src"] == ["'self'"]


def test_what_lies_beside_the_page_is_served_as_its_own_type(city):
    got = city.anybody().raw("GET", "/favicon.svg")
    assert (got.status, got.headers["content-type"], got.headers["cache-control"]) == (200, "image/svg+xml", "no-cache")


@pytest.mark.parametrize("path", [
    "/../secret.txt", "/assets/../../secret.txt", "/assets/..%2f..%2fsecret.txt", "/assets/%2e%2e/%2e%2e/secret.txt",
    "/assets/..\\..\\secret.txt", "/assets/..%5c..%5csecret.txt", "//secret.txt", "/assets//secret.txt", "/assets/%252e%252e%252fsecret.txt",
    "/.env", "/%2eenv", "/assets/.env", "/assets/deeper/inner.js", "/assets/deeper%2finner.js", "/assets/deeper", "/assets/", "/assets",
    "/index.html", "/assets/index.html", "/assets/index-1a2b.js.gz", "/assets/index-1a2b.js.br", "/assets/index-1a2b.js/",
    "/assets/index-1a2b.js%00.svg", "/etc/passwd", "/assets/%2fetc%2fpasswd", "/assets/" + "a" * 5000])
def test_nothing_but_what_was_listed_is_served(city, path):
    with socket.create_connection((city.anybody().host, city.anybody().port), timeout=30) as peer:  # http.client would tidy the path.
        peer.sendall(f"GET {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: peer.recv(65536), b""))
    assert answer.split(b" ", 2)[1] in (b"400", b"404"), answer[:200]
    assert SECRET.encode() not in answer and b"root:" not in answer


def test_loading_the_page_uses_up_nobodys_allowance(city):
    anybody = city.anybody()
    for _ in range(100):
        assert anybody.raw("GET", "/").status == anybody.raw("GET", "/assets/index-1a2b.js").status == 200
    anybody.get("/v1/server")


def test_a_hundred_readers_who_stop_reading_hold_no_copies(city):
    """300 kB each: as answers of their own they would count, and enough of them would be refused."""
    host, port = city.anybody().host, city.anybody().port
    peers = []
    try:
        for _ in range(100):
            peer = socket.create_connection((host, port), timeout=30)
            peer.sendall(b"GET /assets/index-1a2b.js HTTP/1.1\r\nHost: t\r\n\r\n" * 20)
            peers.append(peer)
        for peer in peers:
            assert peer.recv(12) == b"HTTP/1.1 200"
        metrics = city.anybody().raw("GET", "/metrics").body.decode()
        assert "\nfief_net_answers_bytes 0\n" in metrics
    finally:
        for peer in peers:
            peer.close()


def test_an_app_is_told_of_the_server(city):
    told = city.anybody().send("GET", "/v1/server")
    assert told.headers["cache-control"] == "no-store"
    body = told.json
    assert body["simulated_runs"] is True and body["clock_speed"] == 1  # A test's server is one of a developer.
    assert (body["tile_level"], body["area_level"], body["finish_hour"]) == (17, 12, 22)
    assert (body["wallets"], body["strava"]) == (False, False)
    assert body["basemap"] == {"kind": "raster", "url": "https://tiles.example:8443/{z}/{x}/{y}.png",
                               "attribution": "Somebody's map"}
    assert f"fief {body['version']}" == subprocess.run([BINARY, "version"], capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize("settings, word", [
    ({"FIEF_WEB_DIR": "/nowhere"}, "web.dir: /nowhere/index.html cannot be read"),
    ({"FIEF_WEB_BASEMAP_TILES": "tiles"}, "web.basemap_tiles must be"),
    ({"FIEF_WEB_BASEMAP_TILES": "/{z}/{x}/{y}", "FIEF_WEB_BASEMAP_PMTILES": "/x"}, "set one of them")])
def test_a_setting_that_cannot_be_stops_the_start(settings, word):
    home = server(settings=settings)
    try:
        done = home.run("serve", "--port", "0")
        assert done.returncode == 2 and word in done.stderr, done.stderr
    finally:
        home.clear()


def test_a_compressed_file_of_another_build_stops_the_start(tmp_path):
    (tmp_path / "index.html").write_bytes(PAGE)
    (tmp_path / "index.html.gz").write_bytes(gzip.compress(PAGE + b" "))
    home = server(settings={"FIEF_WEB_DIR": str(tmp_path)})
    try:
        done = home.run("serve", "--port", "0")
        assert done.returncode == 1 and "index.html.gz is not the compressed form" in done.stderr + done.stdout, done.stderr
    finally:
        home.clear()
