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


def test_the_metrics_of_the_page_are_those_of_the_code():
    section = PAGE.read_text(encoding="utf-8").split("## Metrics\n")[1].split("\n## ")[0]
    told = re.findall(r"^\| `(sinkway_table_\w+)` \| (\w+) \|", section, re.MULTILINE)
    code = (ROOT / "plugins/table/delivery/sink_metrics.cpp").read_text(encoding="utf-8")
    histograms = re.findall(r'histogram\("(sinkway_table_\w+)"', code)
    counters = set(re.findall(r'"(sinkway_table_\w+)"', code)) - set(histograms)
    assert sorted(told) == sorted([(name, "histogram") for name in histograms] + [(name, "counter") for name in counters])


def has_test(file, name):
    """Whether a file defines the test: Suite.Name in C++, a function in Python."""
    text = (ROOT / file).read_text(encoding="utf-8")
    if "." in name:
        suite, case = name.split(".")
        return re.search(rf"^TEST(_F|_P)?\({suite}, {case}\)", text, re.MULTILINE) is not None
    return re.search(rf"^def {name}\(", text, re.MULTILINE) is not None


def test_every_test_that_the_feature_table_names_exists():
    table = PAGE.read_text(encoding="utf-8").split("## Features\n")[1].split("\n## ")[0]
    named = re.findall(r"`(tests/[\w/.]+):([\w.]+)`", table)
    assert len(named) >= 30
    assert len(named) == table.count("`tests/")
    missing = [f"{file}:{test}" for file, test in named if not (ROOT / file).is_file() or not has_test(file, test)]
    assert not missing


def test_every_row_of_the_feature_table_is_proved_or_told_to_be_open():
    table = PAGE.read_text(encoding="utf-8").split("## Features\n")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if re.match(r"\| \d+ \|", line)]
    assert [int(row.split("|")[1]) for row in rows] == list(range(1, 43))
    proofs = [row.strip("| ").rsplit("|", 1)[1].strip() for row in rows]
    assert not [proof for proof in proofs if "`tests/" not in proof and proof not in ("later", "open")]
    assert [number for number, proof in enumerate(proofs, 1) if proof == "later"] == [21, 39, 40]
