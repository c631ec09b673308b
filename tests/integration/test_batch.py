"""A batch run with the real starter model, killed in its middle and gone on with."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROWS = 3
_COMMAND = [sys.executable, "-m", "desktop", "batch"]


def _run(*arguments: str) -> list[dict[str, object]]:
    done = subprocess.run([*_COMMAND, *arguments, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups are POSIX")
def test_a_batch_goes_on_after_kill_9_and_every_answer_keeps_to_the_form(tmp_path: Path) -> None:
    table = tmp_path / "letters.csv"
    lines = [f"{n},Tenant {n} pays {n}00 EUR of rent on {n} May 2026." for n in range(1, ROWS + 1)]
    table.write_text("\n".join(["key,text", *lines]), "utf-8")
    columns = "Rent: number, Paid: yes-no"
    start = ["run", "dates-and-amounts", "--table", str(table), "--text-column", "text", "--id-column", "key"]
    process = subprocess.Popen(
        [*_COMMAND, *start, "--columns", columns, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["number"] == 1
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    (kept,) = _run("list")
    assert 1 <= int(str(kept["done"])) < ROWS
    rest = _run("resume")
    assert len(rest) - 1 == kept["waiting"]
    assert rest[-1]["batch"] == {**kept, "done": ROWS, "waiting": 0}
    out = tmp_path / "out.csv"
    _run("export", "--out", str(out))
    with out.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["Id"] for row in found] == [str(n) for n in range(1, ROWS + 1)]
    for row in found:
        float(row["Rent"])
        assert row["Paid"] in ("yes", "no")
