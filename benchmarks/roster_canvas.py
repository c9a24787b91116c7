"""Editing a roster in the app: how soon it is drawn, how much is sent, how quickly an edit is confirmed.

    python -m benchmarks.roster_canvas [--agents 300 1000] [--edits 30] [--json FILE]

The plan of the sample centre is enlarged to so many agents (people, their shifts and the requirement repeated), served
by ``staffing serve`` in a process of its own and opened in Chromium. Reported: seconds from a fresh tab until the
roster is drawn; kilobytes of its data; milliseconds to draw the week anew and for one frame while scrolling; per edit
the milliseconds until it is drawn in the browser, until the server's answer is drawn, and the kilobytes sent down the
socket. An edit makes a shift longer by one slot with the keyboard and is then undone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from staffing.audit import audit_roster, roster_cost
from staffing.domain.arrays import IntArray
from staffing.domain.carried import Carried
from staffing.domain.roster import Roster
from staffing.files import read_plan, write_plan
from staffing.plan import Plan
from tests.e2e.app import BROWSER_OPTIONS, WAIT_MS, serving, settled

TABS = 5
SAMPLE = Path(__file__).resolve().parents[1] / "data" / "hr-centre-plan"


def enlarged(plan: Plan, people: int) -> Plan:
    """`plan` with so many agents: everybody again and again, and as much more work."""
    problem, roster = plan.problem, plan.roster
    assert roster is not None
    old = np.arange(people) % len(problem.agents)
    factor = people / len(problem.agents)
    agents = tuple(
        replace(problem.agents[row], id=f"{problem.agents[row].id}-{number // len(problem.agents)}")
        for number, row in enumerate(old)
    )
    copies = {row: np.flatnonzero(old == row) for row in range(len(problem.agents))}
    requirement = plan.requirement
    requirement = replace(
        requirement,
        load_erl=requirement.load_erl * factor,
        agents=requirement.agents * factor,
        agents_gross=requirement.agents_gross * factor,
        workload=tuple(
            replace(tube, earliest_h=tube.earliest_h * factor, latest_h=tube.latest_h * factor)
            for tube in requirement.workload
        ),
        curves=(),
    )
    problem = replace(
        problem,
        agents=agents,
        proficiency=problem.proficiency[old],
        required=problem.required * factor,
        earliest_h=problem.earliest_h * factor,
        latest_h=problem.latest_h * factor,
        blocked=problem.blocked[old],
        leave_days=problem.leave_days[old],
        last_end=problem.last_end[old],
        run_before=problem.run_before[old],
        fixed=tuple(replace(row, agent=int(new)) for row in problem.fixed for new in copies[row.agent]),
        activities=(),
        wishes=tuple(replace(row, agent=int(new)) for row in problem.wishes for new in copies[row.agent]),
        carried=Carried.nothing(people),
        pattern=problem.pattern[old],
    )
    many = _repeated(roster, old, agents=tuple(agent.id for agent in agents))
    cost = roster_cost(problem, many)
    result = replace(plan.result, roster=many, cost=cost, objective=cost.total, bound=None)
    scenario = replace(plan.scenario, agents=agents)
    return replace(
        plan,
        scenario=scenario,
        requirement=requirement,
        problem=problem,
        result=result,
        cost=cost,
        violations=audit_roster(problem, many),
        verdict=None,
        rounds=(),
    )


def _repeated(roster: Roster, old: IntArray, agents: tuple[str, ...]) -> Roster:
    rows = [(new, row) for new, before in enumerate(old) for row in np.flatnonzero(roster.agent == before)]
    new, row = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    columns = {name: getattr(roster, name)[row] for name in ("day", "start", "end", "activity", "queue", "locked")}
    return Roster(roster.grid, agents, roster.queues, new, **columns)


class Socket:
    """Bytes that came down the page's sockets."""

    def __init__(self, page: Any) -> None:
        self.received = 0
        page.on("websocket", lambda socket: socket.on("framereceived", self._count))

    def _count(self, payload: str | bytes) -> None:
        self.received += len(payload if isinstance(payload, bytes) else payload.encode())


def drawn(page: Any, address: str) -> dict[str, float]:
    """A fresh tab until the roster is drawn and at rest, and what drawing takes."""
    begin = perf_counter()
    page.goto(f"{address}/schedule?lang=en")
    # Looked for at every frame: the driver's own waiting for an element asks only every half second at last.
    page.wait_for_function(READY, timeout=WAIT_MS)
    ready = perf_counter() - begin
    settled(page)
    roster = page.locator(".roster")
    page.locator("button[data-act=week]").click()
    page.wait_for_timeout(300)
    paint, frames, size = roster.evaluate(DRAW)
    return {"ready_s": ready, "paint_ms": paint, "frame_ms": statistics.median(frames), "payload_kb": size / 1024}


READY = """() => {
  const find = (root) => root.querySelector(".roster") || [...root.querySelectorAll("*")]
    .map((el) => el.shadowRoot && find(el.shadowRoot)).find(Boolean);
  const el = find(document);
  return el && el.dataset.paintMs;
}"""
DRAW = """el => {
  const r = el.parentNode.staffingRoster;
  const timed = (act) => { const t = performance.now(); act(); return performance.now() - t; };
  const paint = timed(() => { r.truth = {...r.truth, ...r.truth}; r.rebuild(); r.draw(); });
  const frames = [];
  for (let y = 0; y < 40; y++) frames.push(timed(() => { r.rows.scrollTop = y * 60; r.draw(); }));
  r.rows.scrollTop = 0;
  return [paint, frames, JSON.stringify(r.data).length];
}"""


def edited(page: Any, socket: Socket, edits: int) -> dict[str, float]:
    """`edits` edits one after the other with the keyboard, each waited for."""
    roster = page.locator(".roster")
    page.locator("button[data-act=day]").click()
    page.locator(".stage").focus()
    page.keyboard.press("Home")
    for _ in range(16):
        page.keyboard.press("ArrowRight")
    shown, confirmed, sent = [], [], []
    for number in range(edits):
        if number % 2 == 0:
            page.keyboard.press("ArrowDown")
        page.wait_for_timeout(400)  # the script of the last edit is over, as between two edits of a person
        before = socket.received
        seen = int(roster.get_attribute("data-rev") or 0)
        page.keyboard.press("Shift+ArrowRight" if number % 2 == 0 else "Control+z")
        page.wait_for_function(
            f"() => {{ const el = ({READY.replace('.dataset.paintMs', '')})(); "
            f"return el && Number(el.dataset.rev) > {seen} && el.dataset.waiting === '0'; }}",
            timeout=WAIT_MS,
        )
        if number % 2 == 0:
            shown.append(float(roster.get_attribute("data-edit-ms") or 0))
        confirmed.append(float(roster.get_attribute("data-confirm-ms") or 0))
        page.wait_for_timeout(600)
        sent.append((socket.received - before) / 1024)
    confirmed.sort()
    return {
        "edit_drawn_ms": statistics.median(shown),
        "confirmed_ms": statistics.median(confirmed),
        "confirmed_p95_ms": confirmed[int(0.95 * (len(confirmed) - 1))],
        "edit_kb": statistics.median(sent),
        "edit_kb_most": max(sent),
    }


def measure(plan: Plan, people: int, edits: int) -> dict[str, float]:
    """Everything for a roster of so many people."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_plan(enlarged(plan, people), folder / "plan")
        with serving(folder / "plan", folder / "home") as address, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=BROWSER_OPTIONS)
            ready = []
            for _ in range(TABS + 1):
                context = browser.new_context(viewport={"width": 1440, "height": 1000})
                page = context.new_page()
                socket = Socket(page)
                figures = drawn(page, address)
                ready.append(figures.pop("ready_s"))
            # The first tab reads the plan for all others of the day.
            figures |= {"ready_first_s": ready[0], "ready_s": statistics.median(ready[1:]), "ready_best_s": min(ready)}
            figures |= edited(page, socket, edits)
            browser.close()
    return {"agents": people} | figures


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agents", type=int, nargs="+", default=[300, 1000])
    parser.add_argument("--edits", type=int, default=30)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    plan = read_plan(SAMPLE)
    rows = [measure(plan, people, given.edits) for people in given.agents]
    for row in rows:
        print("  ".join(f"{name} {value:.4g}" for name, value in row.items()))
    record = {"date": date.today().isoformat(), "machine": platform.platform(), "load": os.getloadavg(), "rows": rows}
    given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
