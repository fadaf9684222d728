"""docs/LIMITS.md and /metrics say the same, and a log that nobody reads holds nobody up."""
import os
import pathlib
import re
import subprocess

import pytest

from client import client
from load import metrics
from server import BINARY, server

PAGE = (pathlib.Path(__file__).parents[3] / "docs" / "LIMITS.md").read_text()
DOCUMENTED = set(re.findall(r"`(fief_\w+(?:\{\w+=\"\w+\"\})?)`", PAGE))


def test_every_documented_metric_is_there_and_every_metric_is_documented(city):
    samples = set(metrics(city))
    families = {re.sub(r"\{.*", "", name) for name in samples}
    families = {re.sub(r"_(bucket|sum|count)$", "", name) if re.sub(r"_(bucket|sum|count)$", "_bucket", name) in families
                else name for name in families}
    missing = {name for name in DOCUMENTED if name not in samples and name not in families}
    assert len(DOCUMENTED) > 40 and not missing, f"documented, but not in /metrics: {missing}"
    told = {re.sub(r"\{.*", "", name) for name in DOCUMENTED}
    assert not families - told, f"in /metrics, but not in docs/LIMITS.md: {families - told}"


def test_every_queue_has_a_bound_a_level_and_a_counter(city):
    seen = metrics(city)
    queues = {re.search(r'"(\w+)"', name)[1] for name in seen if name.startswith("fief_queue_max_count")}
    assert queues == set(re.findall(r'fief_queue_waiting_count\{queue="(\w+)"\}', PAGE)) and len(queues) >= 6
    for queue in queues:
        assert seen[f'fief_queue_max_count{{queue="{queue}"}}'] > 0
        assert seen[f'fief_queue_waiting_count{{queue="{queue}"}}'] >= 0
        assert seen[f'fief_queue_refused_total{{queue="{queue}"}}'] == 0


@pytest.fixture
def unread():
    """A server whose log goes into a pipe that nobody reads."""
    home = server(settings={"FIEF_LOG_LEVEL": "debug"})
    ours, theirs = os.pipe()
    process = subprocess.Popen([BINARY, "serve", "--data-dir", home.data_dir, "--port", "0"], stdout=subprocess.PIPE,
                               stderr=theirs, text=True, env=home.environment)
    os.close(theirs)
    home.process = process
    yield process
    os.close(ours)
    home.clear()


def test_a_log_that_nobody_reads_costs_lines_and_not_answers(unread):
    url = next(line for line in unread.stdout if "listening on" in line).rpartition(" ")[2].strip()
    anybody = client(url)
    for number in range(2000):  # Each writes a line of debug; a pipe holds some hundred.
        assert anybody.raw("GET", "/healthz").status == 200
    text = anybody.raw("GET", "/metrics").body.decode()
    lost = int(re.search(r"^fief_log_lost_total (\d+)", text, re.M)[1])
    assert lost > 500
    unread.terminate()
    assert unread.wait(30) == 0
