"""What was measured: as a table, as a file, and against what is stored."""
import json
import pathlib
import platform
import statistics
import subprocess

REGRESSION = 1.2  # Of the stored ratio. What varies more than this is not worth comparing.


def median(values: list) -> float:
    return statistics.median(values)


def spread(values: list) -> float:
    """Largest distance from the median, in parts of it."""
    middle = median(values)
    return max(abs(x - middle) for x in values) / middle if middle else 0.0


def ratios(row) -> list:
    """Value by baseline, run by run: the two of one run met the same machine."""
    return [a / b for a, b in zip(row.values, row.baselines)] if row.baselines else []


def reaches(row) -> bool:
    """Whether the target is met; True where there is none."""
    by_ratio = row.ratio_max is None or median(ratios(row)) <= row.ratio_max
    return by_ratio and (row.value_max is None or median(row.values) <= row.value_max)


def short(x: float) -> str:
    return f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.3g}"


def target_of(row) -> str:
    if row.ratio_max is not None:
        return f"ratio <= {row.ratio_max:.2f}"
    return f"<= {row.value_max:g} {row.unit}" if row.value_max is not None else ""


def table(rows: list) -> str:
    head = ["what", "value", "unit", "+-", "baseline", "+-", "ratio", "+-", "target", "met"]
    lines = [head]
    for x in rows:
        own = ratios(x)
        lines.append([x.name, short(median(x.values)), x.unit, f"{spread(x.values):.0%}",
                      f"{short(median(x.baselines))} ({x.baseline_name})" if own else "",
                      f"{spread(x.baselines):.0%}" if own else "",
                      f"{median(own):.2f}" if own else "", f"{spread(own):.0%}" if own else "", target_of(x),
                      ("yes" if reaches(x) else "NO") if target_of(x) else ""])
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
    text.insert(1, "  ".join("-" * width for width in widths))
    for x in rows:
        if x.details:
            told = "; ".join(f"{name} {short(median(values))} (+-{spread(values):.0%})" for name, values in x.details.items())
            text.append(f"{x.name}: {told}")
    return "\n".join(text)


def output_of(*command, root: pathlib.Path) -> str:
    return subprocess.run(command, cwd=root, text=True, capture_output=True).stdout.strip()


def circumstances(root: pathlib.Path, build: pathlib.Path) -> dict:
    """Without these no number may be quoted."""
    cpu = [x.partition(":")[2].strip() for x in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
           if x.startswith("model name")]
    cache = (build / "CMakeCache.txt").read_text().splitlines()
    kind = [x.partition("=")[2] for x in cache if x.startswith("CMAKE_BUILD_TYPE:")]
    return {
        "commit": output_of("git", "rev-parse", "--short=12", "HEAD", root=root) or "unknown",
        "changed_files": len(output_of("git", "status", "--porcelain", root=root).splitlines()),
        "machine": f"{len(cpu)} x {cpu[0] if cpu else platform.machine()}",
        "compiler": output_of("c++", "--version", root=root).splitlines()[0],
        "build": (kind[0] if kind else "") or "Release",
        "load_average_before": float(pathlib.Path("/proc/loadavg").read_text().split()[0]),
    }


def results(rows: list, about: dict) -> dict:
    return {**about, "rows": [{
        "name": x.name, "unit": x.unit, "median": median(x.values), "spread": spread(x.values), "runs": x.values,
        "baseline": x.baseline_name, "baseline_runs": x.baselines, "ratio": median(ratios(x)) if x.baselines else None,
        "ratio_spread": spread(ratios(x)) if x.baselines else None, "target": target_of(x), "met": reaches(x),
        "details": x.details} for x in rows]}


def compared(rows: list) -> dict:
    """What is stored from commit to commit: ratios, for machines differ, and sizes, which do not."""
    return {x.name: round(median(ratios(x) or x.values), 3) for x in rows if x.compared}


def regressions(rows: list, stored: dict) -> list:
    found = []
    for name, now in compared(rows).items():
        if name in stored and now > stored[name] * REGRESSION:
            found.append(f"{name}: {now:.2f}, and {stored[name]:.2f} is stored")
    return found


def read_stored(path: pathlib.Path) -> dict:
    return json.loads(path.read_text()) if path.exists() else {}
