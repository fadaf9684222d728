"""The scenario `smoke`, as operators start it; and that a server which lies is found out."""
import json
import re
import signal

import pytest

from liar import liar

BOSS = ["--operator", "boss@example.com"]


@pytest.fixture(scope="module")
def smoke(city, load, tmp_path_factory):
    """One load that everything below looks at: what the program said, and its two files."""
    files = tmp_path_factory.mktemp("smoke")
    html, machine = files / "report.html", files / "report.json"
    done = load("smoke", "--check", "--metrics", "--html", html, "--json", machine, *BOSS, url=city.url)
    assert done.returncode == 0, done.stdout + done.stderr
    return done, html.read_text(), json.loads(machine.read_text())


def test_smoke_plays_everything_and_nothing_contradicts_itself(smoke):
    done, _, told = smoke
    counts, latency = told["counts"], told["latency"]
    assert told["complete"] and told["check"]["done"]
    assert told["check"]["violations"] == 0 and told["check"]["checks"] > 100
    assert "VIOLATION" not in done.stdout and "checked:" in done.stdout
    for name in ("fixes_acked", "runs_finished", "runs_accepted", "tiles_told", "drops", "reconnects", "late_uploads",
                 "snapshots", "deltas", "tickets_bought", "tickets_used", "bytes_in", "bytes_out"):
        assert counts[name] > 0, name
    assert counts["fixes_acked"] == counts["fixes_sent"] - counts["repeats"]
    assert counts["runs_started"] == counts["runs_finished"] >= 24
    # By chance a run rests at red lights for too long, or keeps too even a pace.
    assert counts["runs_accepted"] >= 0.9 * counts["runs_finished"], told["verdicts"]
    assert not any("replay" in each or "rejected" in each for each in told["verdicts"]), told["verdicts"]
    assert not told["errors"], told["errors"]
    for name in ("fixes to ack", "fixes to ack, after a drop-out", "socket to welcome", "finish to processed run",
                 "subscribe to snapshot", "finish to map delta", "ping to pong", "POST /v1/runs", "GET /v1/tickets",
                 "POST /v1/tickets/{id}/consume", "POST /v1/mining/claim", "GET /v1/territory"):
        one = latency[name]
        assert 0 < one["p50_us"] <= one["p90_us"] <= one["p99_us"] <= one["p999_us"] <= one["max_us"], name


def test_every_second_has_a_line_and_a_place_in_the_series(smoke):
    done, _, told = smoke
    lines = re.findall(r"^ +\d+ s  running .*fixes/s", done.stdout, re.M)
    series = told["seconds_series"]
    assert len(lines) == len(series) >= 10
    assert sum(each["fixes_acked"] for each in series) == told["counts"]["fixes_acked"]
    assert max(each["runners_out"] for each in series) == 24
    assert max(each["sockets"] for each in series) >= 20
    assert any(each.get("server_memory_mib", 0) > 10 for each in series)
    assert told["server_cpu_s"] > 0


def test_the_page_stands_alone(smoke):
    _, page, _ = smoke
    assert page.count("<svg") == page.count("</svg>") >= 7
    assert "<script" not in page and "src=" not in page and "<link" not in page
    assert "CPU of the server" in page and "0 violations" in page


def test_people_come_from_many_addresses_and_are_within_the_limits(city, smoke):
    text = city.anybody().raw("GET", "/metrics").body.decode()
    assert re.search(r"^fief_net_rate_limited_total(\{.*\})? 0$", text, re.M), re.findall("fief_net_rate.*", text)


def lower(match) -> bytes:
    """The same number with a smaller first digit."""
    return match[1] + bytes([match[2][0] - 1]) + match[2][1:]


def test_a_server_that_lies_is_found_out(city, load):
    port = int(city.url.rpartition(":")[2])
    lies = [(rb'("ack":)([2-9]\d\d)(?=,"want)', lower),  # An acknowledgement is taken back.
            (rb'(<trkpt lat="\d\d\.\d\d\d)([1-9]\d+)', lower),  # A fix is not where it was.
            (rb'("amount_cents":)(\d{4})(?=[,}])', lower),  # The ledger says something else.
            (rb'("type":"delta"[^[]*"tiles":\[\["[0-9a-f]+",")([0-9a-f-]{36})',  # The map has another owner.
             lambda match: match[1] + match[2][::-1])]
    between = liar(port, lies)
    try:
        done = load("smoke", "--check", "--duration", "7", "--runners", "8", "--watchers", "3", "--buyers", "3",
                    "--quiet", *BOSS, url=between.url)
    finally:
        between.stop()
    assert done.returncode == 1, done.stdout + done.stderr
    assert all(between.told), between.told
    assert re.search(r"VIOLATION run \S+: ack \d+ comes after \d+", done.stdout), done.stdout
    assert re.search(r"VIOLATION run \S+: \d+ fixes differ from what was sent", done.stdout), done.stdout
    assert re.search(r"VIOLATION \S+ has \d+ cents .* and the ledger adds up to", done.stdout), done.stdout
    assert "VIOLATION a watcher's map differs" in done.stdout, done.stdout


def test_an_interrupted_load_tells_what_it_has(city, begin_load, tmp_path):
    machine = tmp_path / "report.json"
    process = begin_load("smoke", "--duration", "60", "--json", machine, url=city.url)
    for line in process.stdout:
        if " s  running " in line:
            process.send_signal(signal.SIGINT)
            break
    rest, _ = process.communicate(timeout=60)
    told = json.loads(machine.read_text())
    assert process.returncode == 1 and not told["complete"]
    assert "THE LOAD ENDED BEFORE ITS TIME" in rest and told["seconds"] < 30


@pytest.mark.parametrize("arguments, said", [
    (["nowhere"], "smoke, city, rush"),
    (["smoke", "--runners", "many"], "--runners"),
    (["smoke", "--url", "localhost"], "http://HOST[:PORT]"),
    (["smoke", "--pid", "1", "--metrics"], "--pid"),
])
def test_wrong_usage_ends_with_status_2_and_says_what_is_allowed(load, arguments, said):
    done = load(*arguments)
    assert done.returncode == 2 and said in done.stderr, (done.returncode, done.stderr)


def test_a_wrong_scenario_ends_with_status_2_and_names_file_and_key(load, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("[runners]\ncount = 3\nspeed = 2\n")
    done = load(file)
    assert done.returncode == 2 and f"{file}: runners.speed" in done.stderr and "batch_s" in done.stderr


def test_a_server_that_is_not_there_ends_with_status_1(load):
    done = load("smoke", url="http://127.0.0.1:9")
    assert done.returncode == 1 and "does not answer" in done.stderr


def test_a_rush_at_the_wrong_time_says_how_to_start_a_server_for_it(city, load):
    done = load("rush", "--runners", "2", "--watchers", "1", "--buyers", "1", *BOSS, url=city.url)
    assert done.returncode == 1
    assert "--clock-start 2026-05-10T19:49:00" in done.stderr, done.stderr
