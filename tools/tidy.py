"""Style rules a formatter cannot see. Run by ctest as `tidy.bans`."""
import pathlib
import re
import sys

ACTORS = "base game actors"
PRODUCT = "base game actors net persistence security integrations src"
ALL = PRODUCT + " tests bench"

BANS = {  # pattern -> (folders, reason)
    r"std::random_device|\bs?rand\(|std::mt19937": (ACTORS, "take a base::rng from the caller"),
    r"std::(uniform|normal|bernoulli)_\w+": (ACTORS, "distributions differ between standard libraries"),
    r"(steady|system|high_resolution)_clock::now": (ACTORS, "use the actor clock or the step argument"),
    r"\bsleep_for|\bsleep_until|\busleep\(": (
        "base game actors net persistence security tests", "wait for an event or advance the test clock"),
    r"std::(this_thread|j?thread|mutex|shared_mutex|condition_variable)\b": (
        "game actors", "one actor owns the state; send a message"),
    r"std::atomic\b": ("game", "the rules run on one thread at a time"),
    r"std::unordered_(map|set)": ("game", "iteration order would leak into results"),
    r"spdlog|std::(cout|cerr|clog)|\bf?printf\(": ("game", "the rules return, they never log"),
    r"using namespace (std|caf|boost)\s*;": (ALL, "their names shadow each other"),
    r"\b(gmtime|localtime|strtok|setenv|putenv)\(": (PRODUCT, "not safe beside threads"),
    r"\b[A-Za-z_]*(utils|manager|helper)\b": (PRODUCT, "name the role: see the style guide"),
}
WORDS = {  # the same, in comments too
    r"\b(FIXME|TODO|XXX|HACK)\b": (ALL, "finish it before merge"),
}
LINES_MAX = 500  # 400 is the aim; a hub may hold tables and wiring.
SUFFIXES = ("*.hpp", "*.cpp")


def code_of(line: str) -> str:
    """The line without its comment; a `//` inside a string ends it too, which only hides, never invents."""
    return line.split("//")[0]


def sources(root: pathlib.Path, folders: str):
    for folder in folders.split():
        for suffix in SUFFIXES:
            yield from sorted((root / folder).rglob(suffix))


def broken(root: pathlib.Path, rules: dict, view):
    for pattern, (folders, reason) in rules.items():
        found = re.compile(pattern)
        for path in sources(root, folders):
            name = path.relative_to(root).as_posix()
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if found.search(view(line)):
                    yield f"{name}:{number}: {line.strip()} ({reason})"


def oversized(root: pathlib.Path):
    for path in sources(root, PRODUCT):
        count = len(path.read_text().splitlines())
        if count > LINES_MAX:
            yield f"{path.relative_to(root)}: {count} lines, at most {LINES_MAX} (split it by role)"


def unguarded(root: pathlib.Path):
    for path in sources(root, ALL):
        if path.suffix == ".hpp" and "#pragma once" not in path.read_text():
            yield f"{path.relative_to(root)}: header without #pragma once"


def main(root: pathlib.Path) -> int:
    complaints = [*broken(root, BANS, code_of), *broken(root, WORDS, lambda line: line),
                  *oversized(root), *unguarded(root)]
    print("\n".join(complaints))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
