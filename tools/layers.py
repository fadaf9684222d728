"""Fails when a folder includes something above its level. Run by ctest as `tidy.layers`."""
import pathlib
import re
import sys

LIBRARIES = {  # name in MAY -> how its headers begin
    "absl": "absl/", "boost": "boost/", "boost/multiprecision": "boost/multiprecision/", "boost/system": "boost/system/", "caf": "caf/", "cli": "CLI/",
    "cryptopp": "cryptopp/", "curl": "curl/", "expat": "expat.h",
    "jwt": "jwt.h", "mimalloc": "mimalloc", "openssl": "openssl/", "pq": "libpq-fe.h", "pqxx": "pqxx/",
    "s2": "s2/", "secp256k1": "secp256k1", "simdjson": "simdjson", "sodium": "sodium", "spdlog": "spdlog/", "toml": "toml++/",
    "zlib": "zlib.h",
}
MAY = {  # folder -> our folders it may include, libraries it may include
    "base": (set(), set()),
    "game": ({"base"}, {"absl", "boost/multiprecision", "boost/system", "s2"}),
    "actors": ({"base", "game"}, {"boost/system", "caf", "spdlog"}),
    "net": ({"base", "game", "actors"},
            {"boost", "caf", "openssl", "simdjson", "spdlog", "zlib"}),
    "persistence": ({"base", "game", "actors"}, {"boost/system", "caf", "pq", "pqxx", "spdlog"}),
    "security": ({"base", "game", "actors"}, {"boost/system", "caf", "jwt", "sodium", "spdlog"}),
    "integrations": ({"base", "game", "actors"},
                     {"boost", "caf", "cryptopp", "curl", "expat", "openssl", "secp256k1", "simdjson", "sodium",
                      "spdlog"}),
    "src": ({"base", "game", "actors", "net", "persistence", "security", "integrations"}, set(LIBRARIES)),
}
OUTER = ("net", "persistence", "security", "integrations")  # see of `actors` its surface only
SURFACE = re.compile(r"^actors/(fwd|interfaces|messages/\w+)\.hpp$")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)')
TOP_LEVEL = set(MAY) | {"tests", "bench"}


def allowed(folder: str, quote: str, target: str) -> bool:
    """Whether a file of `folder` may hold this include."""
    ours, theirs = MAY[folder]
    if quote == "<":
        known = any(target.startswith(prefix) for prefix in LIBRARIES.values())
        return not known or any(target.startswith(LIBRARIES[name]) for name in theirs)
    top = target.split("/")[0]
    if top not in TOP_LEVEL:
        return False  # Includes start at the repository root, so that each line shows its layer.
    if folder in OUTER and top == "actors":
        return bool(SURFACE.match(target))
    return top == folder or top in ours


def main(root: pathlib.Path) -> int:
    bad = files = 0
    for folder in MAY:
        for path in sorted((root / folder).rglob("*.[ch]pp")):
            files += 1
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                if match and not allowed(folder, *match.groups()):
                    bad += 1
                    print(f"{path.relative_to(root)}:{number}: {folder} may not include {match[2]}")
    if not files:
        print(f"no sources below {root}")
    return 1 if bad or not files else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
