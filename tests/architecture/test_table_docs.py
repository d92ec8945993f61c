"""The pages of the table sink say what the code does: options from their definitions, features with the tests that prove them."""

import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SINKWAY_BUILD", ROOT / "build"))
PAGE = ROOT / "plugins" / "table" / "README.md"
BEGIN, END = "<!-- options: written by tests/architecture/test_table_docs.py -->\n", "<!-- end of options -->\n"


def options():
    return subprocess.run([str(BUILD / "tests/unit/plugins/table/print_options")], capture_output=True, text=True, check=True).stdout


def test_the_options_of_the_page_are_those_of_the_definitions():
    """SINKWAY_REWRITE_GOLDEN=1 writes them."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    wanted = before + BEGIN + options() + END + after
    if os.environ.get("SINKWAY_REWRITE_GOLDEN"):
        PAGE.write_text(wanted, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == wanted


def test_every_test_that_the_feature_table_names_exists():
    table = PAGE.read_text(encoding="utf-8").split("## Features\n")[1].split("\n## ")[0]
    named = re.findall(r"`(tests/[\w/.]+):([\w.]+)`", table)
    assert len(named) >= 30
    missing = [f"{file}:{test}" for file, test in named
               if not (ROOT / file).is_file() or test not in (ROOT / file).read_text(encoding="utf-8")]
    assert not missing


def test_every_row_of_the_feature_table_is_proved_or_told_to_be_open():
    table = PAGE.read_text(encoding="utf-8").split("## Features\n")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if re.match(r"\| \d+ \|", line)]
    assert len(rows) == 42
    assert not [row for row in rows if "`tests/" not in row and "later" not in row and "open" not in row]
