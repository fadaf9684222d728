"""Writes migrations/*.sql into one C++ file, as `fief::persistence::migrations()`."""
import pathlib
import re
import sys

PART = 12_000  # Bytes per literal: compilers need not take longer ones.


def literal(text: str) -> str:
    parts = [text[i:i + PART] for i in range(0, len(text), PART)]
    return " ".join(f'R"~sql~({part})~sql~"' for part in parts)


def main(target: pathlib.Path, files: list[pathlib.Path]) -> None:
    rows = []
    for number, path in enumerate(sorted(files), 1):
        match = re.fullmatch(r"(\d{4})_\w+\.sql", path.name)
        if not match or int(match[1]) != number:
            sys.exit(f"{path.name}: migrations are numbered 0001, 0002 ... without a gap")
        rows.append(f'  {{{number}, "{path.name}", {literal(path.read_text())}}},')
    target.write_text('#include "persistence/migrate.hpp"\n\nnamespace {\n'
                      "constexpr fief::persistence::migration all[] = {\n" + "\n".join(rows)
                      + "\n};\n} // namespace\n\n"
                      "std::span<const fief::persistence::migration> "
                      "fief::persistence::migrations() {\n  return all;\n}\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), [pathlib.Path(x) for x in sys.argv[2:]])
