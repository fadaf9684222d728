"""Files of other programs: a large FIT beside a checksum of the same bytes, and whole runs from bytes to claims."""
import json
import subprocess

from rows import plan, row

MB_PER_SECOND_MIN = 100
RUN_MS_MAX = 20


def files(plan: plan) -> list:
    took, size = {}, 0.0
    for _ in range(plan.runs):
        done = subprocess.run([plan.program("files"), "--benchmark_format=json", "--benchmark_min_time=0.5"],
                              check=True, text=True, capture_output=True)
        for one in json.loads(done.stdout)["benchmarks"]:
            if one.get("error_occurred"):
                raise RuntimeError(f"{one['name']}: {one['error_message']}")
            took.setdefault(one["name"], []).append(one["cpu_time"])
            size = one["MB"] if one["name"] == "fit_10_mb" else size
    rows = [row("a FIT of 10 MB decoded", "ms CPU", took["fit_10_mb"], took["baseline_checksum"], "its checksum alone",
                value_max=round(1000 * size / MB_PER_SECOND_MIN, 1), compared=True,
                details={"MB/s": [1000 * size / x for x in took["fit_10_mb"]], "ms to copy the bytes": took["baseline_copy"]})]
    for kind in ("gpx", "tcx", "fit"):
        rows.append(row(f"a run of 10 km from {kind.upper()} to claims", "ms CPU", took[f"{kind}_run_10_km"], value_max=RUN_MS_MAX))
    return rows


ALL = {"files": files}
TARGETS = {"files": ["bench_files"]}
