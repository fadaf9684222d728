#!/usr/bin/python3
"""Runs the libFuzzer programs and says what they found.

    tests/fuzz/run.py [--seconds N] [--jobs N] [--merge] [TARGET...]

A finding is an input that ends the program: an assertion, a sanitizer's report, a leak, too much memory or
time. Its file is named; once the cause is repaired it goes into tests/fuzz/corpus/<target>, where the
ordinary tests meet it again. --merge puts the inputs that reached new code into the corpus, as few and as
small as libFuzzer manages.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "fuzz" / "corpus"
MERGED_MAX = 64  # Of one merge: the corpus is read by people and replayed by every test run.
LIMITS = ["-rss_limit_mb=1024", "-malloc_limit_mb=128", "-timeout=10", "-max_len=8192"]
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": "detect_stack_use_after_return=1:handle_abort=1",
               "UBSAN_OPTIONS": "print_stacktrace=1"}


def dictionary_of(name: str) -> list:
    file = ROOT / "tests" / "fuzz" / "dictionaries" / f"{name}.dict"
    return [f"-dict={file}"] if file.exists() else []


def call(program: pathlib.Path, arguments: list, log: pathlib.Path) -> int:
    with open(log, "w") as out:
        return subprocess.run([program, *arguments], stdout=out, stderr=out, env=ENVIRONMENT, check=False).returncode


def fuzz(program: pathlib.Path, seconds: int, place: pathlib.Path) -> tuple:
    """Returns the name, whether all is well, and a line about it."""
    name = program.name.removeprefix("fuzz_")
    found, grown = place / name / "findings", place / name / "grown"
    for folder in (found, grown):
        folder.mkdir(parents=True, exist_ok=True)
    known = set(found.iterdir())
    log = place / name / "log.txt"
    status = call(program, [grown, CORPUS / name, f"-max_total_time={seconds}", "-print_final_stats=1", *LIMITS,
                            f"-artifact_prefix={found}/", *dictionary_of(name)], log)
    text = log.read_text(errors="replace")
    runs = re.findall(r"stat::number_of_executed_units:\s*(\d+)", text)
    covered = re.findall(r"cov: (\d+)", text)
    about = f"{runs[-1] if runs else '?':>9} runs, {covered[-1] if covered else '?':>5} edges"
    if status == 0:
        return name, True, about
    new = sorted(str(x.relative_to(ROOT)) for x in set(found.iterdir()) - known)
    return name, False, f"{about}\n  FOUND {', '.join(new) or 'nothing to keep'}; see {log.relative_to(ROOT)}"


def merge(program: pathlib.Path, place: pathlib.Path) -> str:
    name = program.name.removeprefix("fuzz_")
    least = place / name / "least"
    shutil.rmtree(least, ignore_errors=True)
    least.mkdir(parents=True)
    before = len(list((CORPUS / name).iterdir()))
    status = call(program, ["-set_cover_merge=1", "-use_counters=0", *LIMITS, least, CORPUS / name, place / name / "grown"], place / name / "merge.txt")
    if status != 0:
        return f"{name}: merging ended with {status}"
    # They were written in the order in which they were chosen: those that reach the most first.
    for file in sorted(least.iterdir(), key=lambda x: x.stat().st_mtime_ns)[:MERGED_MAX]:
        shutil.copy(file, CORPUS / name / file.name)
    return f"{name}: {before} inputs, now {len(list((CORPUS / name).iterdir()))}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "fuzz")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--merge", action="store_true")
    parser.add_argument("target", nargs="*")
    asked = parser.parse_args()
    place = asked.build / "work"
    programs = sorted(x for x in (asked.build / "fuzz").glob("fuzz_*")
                      if not asked.target or x.name.removeprefix("fuzz_") in asked.target)
    if not programs:
        print(f"no such fuzz program in {asked.build}; make fuzz builds them", file=sys.stderr)
        return 2
    with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
        if asked.merge:
            print(*pool.map(lambda x: merge(x, place), programs), sep="\n")
            return 0
        all_well = True
        for name, well, about in pool.map(lambda x: fuzz(x, asked.seconds, place), programs):
            print(f"{'ok   ' if well else 'WRONG'} {name:14} {about}", flush=True)
            all_well = all_well and well
        return 0 if all_well else 1


if __name__ == "__main__":
    sys.exit(main())
