"""What keeps queries parameterised sees a text that is made at run time."""
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

import sql  # noqa: E402

FINE = '''
constexpr query q_one{"one", "select 1 from t where a = $1 and b = '{x}'" // a comment with query{ in it
                             " and c = $2"};
constexpr query q_two{"two", "select " FIEF_USER_COLUMNS " from app_user a"};
void f(transaction& tx) { tx.run(q_one, a, b); tx.command("savepoint one"); tx.exec("select 1"); }
'''


def complaints(text: str, name: str = "persistence/reads/x.cpp") -> list:
    return list(sql.complaints_of(name, text))


def test_constant_queries_with_parameters_pass():
    assert complaints(FINE) == [] and sql.queries_in(FINE) == 2


@pytest.mark.parametrize("wrong", [
    'tx.exec("select 1 where a = " + text);', 'work.exec_params("select $1", x);', 'w.exec1(text);', "tx.exec(sql.c_str());",
    'connection.raw().prepare("x", text);', 'PQexec(c, text);', 'auto s = work.quote(name);', "work.esc(name);",
    'const query q{"x", "select 1"};', 'query q{"x", text.c_str()};', 'tx.run({"x", text.c_str()}, a);',
    'auto q = query{"x", "select"};', 'constexpr query q{"x", make("select")};', 'constexpr query q{"x", base + more};',
    'query q("x", text.c_str());', 'tx.command("drop table " + name);', "tx.command(text);",
    'pqxx::stream_to out{work, "t"};'])
def test_anything_else_is_seen(wrong):
    assert complaints(FINE + wrong), wrong


def test_no_other_folder_talks_to_postgres():
    assert complaints('pqxx::work w{c}; w.exec("select " + x);', "net/api/x.cpp")
    assert complaints("PQexec(c, x);", "src/app.cpp")


def test_the_tree_has_parameterised_queries_only(capsys):
    assert sql.main(ROOT) == 0, capsys.readouterr().out
    capsys.readouterr()
    assert sql.main(ROOT / "docs") == 1, "a tree without queries means that nothing was looked at"
