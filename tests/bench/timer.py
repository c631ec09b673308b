"""Whether the window stays smooth: a 10 ms timer in it while 200 pages are imported and answers are written."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench import texts
from tests.bench.measure import Figure, Options, percentile, say
from tests.bench.screen import MEGABYTE, platforms, watched
from tests.bench.start import TARGET_MEGABYTES
from tests.bench.window import TICK_MS

TARGET_MS = 20.0
PAGES = 200


def figures(options: Options) -> list[Figure]:
    """For each platform: rest, import, generation, and the memory after both."""
    lines: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, platforms() as found:
        pdf = texts.pdf_file(Path(folder) / "Manual.pdf", PAGES)
        for name, environment in found.items():
            say(f"timer: {name}")
            home = Path(folder) / name
            home.mkdir()
            settings = {"answer_length": 300}
            (home / "settings.json").write_text(json.dumps(settings), "utf-8")
            report = watched(home, environment, 1.0, pdf)
            lines.append(_late(f"10 ms timer at rest, {name}", report["idle"], target=False))
            work = f"10 ms timer during the import of {PAGES} pages ({report['passages']} passages), {name}"
            lines.append(_late(work, report["import"]))
            lines.append(_late(f"10 ms timer during five answers, {name}", report["generation"]))
            lines.append(_memory(name, report))
    return lines


def _late(what: str, intervals: Sequence[float], target: bool = True) -> Figure:
    late = [max(interval - TICK_MS, 0.0) for interval in intervals]
    p99 = percentile(late, 0.99)
    return Figure(
        what,
        f"p99 ≤ {TARGET_MS:.0f} ms" if target else "",
        f"p50 {percentile(late, 0.5):.1f}, p99 {p99:.1f}, max {max(late):.0f} ms",
        passed=p99 <= TARGET_MS if target else None,
        note=f"how much later than {TICK_MS} ms a tick comes; {len(late)} ticks, "
        f"{sum(one > TARGET_MS for one in late)} later than {TARGET_MS:.0f} ms; "
        f"p99 of the whole interval {percentile(intervals, 0.99):.1f} ms",
    )


def _memory(name: str, report: dict[str, float]) -> Figure:
    start, middle, end = (report[key] / MEGABYTE for key in ("rss_start", "rss_import", "rss"))
    return Figure(
        f"memory of the window's process after an import and five answers, {name}",
        f"< {TARGET_MEGABYTES} MB",
        f"{end:.0f} MB",
        passed=max(start, middle, end) < TARGET_MEGABYTES,
        note=f"RSS; {start:.0f} MB after the start, {middle:.0f} MB after the import",
    )
