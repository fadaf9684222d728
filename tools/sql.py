"""Fails when a query's text is not a constant of the program. Run by ctest as `tidy.sql`.

All of SQL goes through `persistence/sql.hpp`: a `query` with its text, values as `$n`. So it is enough
that no text is made at run time and that nothing goes round it.
"""
import pathlib
import re
import sys

FOLDERS = ("persistence", "src", "net", "actors", "security")
SEAM = ("persistence/sql.hpp", "persistence/sql.cpp")
OPERATORS = {  # These put constants of the program together, for an operator: no peer's text gets there.
    "persistence/audit.cpp", "persistence/audit_rows.cpp", "src/embedded_postgres.cpp", "src/backup.cpp",
}
ROUND = {  # what would send text to Postgres without the seam
    r"\bexec(_params|_prepared|_params0|_params1|0|1|_n)?\s*\(": "use transaction::run with a named query",
    r"\braw\(\)\s*\.\s*prepare\s*\(": "sql.cpp prepares",
    r"\bPQ(exec|sendQuery)(Params)?\s*\(": "use transaction::run with a named query",
    r"\b(esc|quote|quote_name|esc_like|quote_raw)\s*\(": "values are parameters, never quoted into a text",
    r"\b(stream_to|stream_from|tablewriter|tablereader|cursor_base|stateless_cursor)\b": "use transaction::run",
}
# A constant text, whole, is harmless wherever it is sent.
CONSTANT_CALL = re.compile(r'\b(exec|PQexec)\s*\(\s*(to\.get\(\)\s*,\s*)?"[^"]*"\s*\)')
DEFINITION = re.compile(r"\bquery\s+(?:\w+\s*)?[{=(]|\bquery\s*{|\bcheck\s*{\s*{|\.run\(\s*{")
COMMAND = re.compile(r"[.>]command\(\s*([^;]*)\)")
COMMANDS = {"lock", "std::string{next.sql}"}  # constants: the migration's lock, and the migrations built in


def code_of(text: str) -> str:
    """Without comments; lines stay where they are."""
    return re.sub(r"//[^\n]*", "", text)


def statement_before(code: str, at: int) -> str:
    """The beginning of the statement that `at` is in."""
    return code[max(code.rfind(mark, 0, at) for mark in (";", "}\n\n", "{\n\n")) + 1:at]


def literals_only(code: str, at: int) -> bool:
    """Whether the braces opened at or after `at` hold only literals, macros and commas."""
    start = code.index("{", at)
    depth, end = 0, start
    in_text = False
    for end in range(start, len(code)):
        char = code[end]
        if char == '"' and code[end - 1] != "\\":
            in_text = not in_text
        elif not in_text:
            depth += (char == "{") - (char == "}")
            if depth == 0:
                break
    rest = re.sub(r'"(\\.|[^"\\])*"', "", code[start:end])
    rest = re.sub(r"\bcheck\b|\bFIEF_\w+(\(\w+\))?|\bquery\b", "", rest)
    return not re.search(r"[A-Za-z_+?]", rest)


def complaints_of(name: str, text: str):
    code = code_of(text)

    def line(at):
        return code.count("\n", 0, at) + 1

    if name not in SEAM and name not in OPERATORS:
        plain = CONSTANT_CALL.sub(lambda found: "_" * len(found[0]), code)
        for pattern, reason in ROUND.items():
            for found in re.finditer(pattern, plain):
                yield f"{name}:{line(found.start())}: {found[0].strip()} ({reason})"
    if not name.startswith("persistence/") or name in SEAM:
        return
    for found in DEFINITION.finditer(code):
        if code[found.end() - 1] == "(" or "constexpr" not in statement_before(code, found.start()) + found[0]:
            yield f"{name}:{line(found.start())}: {found[0].strip()} (a query is a constexpr of the file)"
        elif not literals_only(code, found.start()):
            yield f"{name}:{line(found.start())}: {found[0].strip()} (a query's text is literals and FIEF_ columns)"
    for found in COMMAND.finditer(code if name not in OPERATORS else ""):
        if not re.fullmatch(r'("[^"]*"\s*)+', found[1].strip()) and found[1].strip() not in COMMANDS:
            yield f"{name}:{line(found.start())}: {found[0].strip()} (a command is a literal)"


def queries_in(text: str) -> int:
    return len(DEFINITION.findall(code_of(text)))


def main(root: pathlib.Path) -> int:
    files = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.[ch]pp"))]
    texts = {path.relative_to(root).as_posix(): path.read_text() for path in files}
    complaints = [complaint for name, text in texts.items() for complaint in complaints_of(name, text)]
    if sum(queries_in(text) for name, text in texts.items() if name.startswith("persistence/")) < 50:
        complaints.append("fewer than 50 queries found: they look different now, and this checks nothing")
    print("\n".join(complaints))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
