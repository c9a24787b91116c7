"""The chat pool beside the exact agent-level Markov model: 18 cases, each at the required crew and one beside.

    python -m benchmarks.chat_exact [--chats 2000000] [--states 20000] [--json FILE]

Slowdown 0.2, 0.35 and 0.6, at most 2, 3 and 5 chats at once, 60 and 600 chats per half hour; 480 s alone, patience
240 s, 80 % in 30 s. The exact model (`tests.erlang.chat_markov`) counts the agents with 0, 1, ..., k chats, the next
chat going to one with the fewest. Up to `--states` states its balance equations are solved; larger ones are simulated
event by event with `--chats` chats, the waiting line above "all full" staying in closed form.
"""

from __future__ import annotations

import argparse
import json
import time
from math import comb
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from staffing.domain.queue import AnswerTarget
from staffing.erlang import ChatPool, chat_abandon_rate, chat_service_level, required_chat_agents
from staffing.kernels import compiled
from tests.erlang.chat_markov import ChatFloor

AHT_S, PATIENCE_S, WITHIN_S, INTERVAL_S = 480.0, 240.0, 30.0, 1800.0
BATCHES = 20


@compiled
def share_full(
    agents: int, speed: NDArray[np.float64], load: float, uniform: NDArray[np.float64], batches: int
) -> NDArray[np.float64]:
    """P(all full, nobody waiting) / P(not all full) of each batch of events; a chat that meets "all full" goes away.

    What happens above "all full" starts and ends there, so leaving it out changes no ratio below.
    """
    most = len(speed) - 1
    state = np.zeros(most + 1, dtype=np.int64)
    state[0] = agents
    full_time, below_time = np.zeros(batches), np.zeros(batches)
    skipped = len(uniform) // (batches + 1)
    for event in range(len(uniform)):
        rate = load
        for held in range(1, most + 1):
            rate += state[held] * speed[held]
        batch = min(event // skipped - 1, batches - 1)
        full = state[most] == agents
        if full:
            rate -= load
        if batch >= 0:
            if full:
                full_time[batch] += 1.0 / rate
            else:
                below_time[batch] += 1.0 / rate
        place = uniform[event] * rate
        if not full and place < load:
            lowest = 0
            while state[lowest] == 0:
                lowest += 1
            state[lowest] -= 1
            state[lowest + 1] += 1
            continue
        place -= 0.0 if full else load
        held, last = 0, 0
        while held < most:
            held += 1
            if state[held] > 0:
                last = held
                place -= state[held] * speed[held]
                if place < 0.0:
                    break
        state[last] -= 1
        state[last - 1] += 1
    return full_time / below_time


def cases(chats: int, most_states: int) -> list[dict[str, float | str]]:
    """One row for each case and crew: both models' figures and their difference in points."""
    rows: list[dict[str, float | str]] = []
    target = AnswerTarget(0.8, WITHIN_S)
    for volume in (60, 600):
        for slowdown in (0.2, 0.35, 0.6):
            for most in (2, 3, 5):
                pool = ChatPool.linear(most, slowdown)
                need = required_chat_agents(
                    volume, interval_s=INTERVAL_S, aht_s=AHT_S, target=target, pool=pool, patience_s=PATIENCE_S
                )
                for agents in range(int(need) - 1, int(need) + 2):
                    floor = ChatFloor(agents, tuple(pool.speed), volume / INTERVAL_S * AHT_S, AHT_S, PATIENCE_S)
                    row: dict[str, float | str] = {"chats": volume, "slowdown": slowdown, "parallel": most}
                    rows.append(row | {"agents": agents} | compared(floor, pool, chats, most_states))
    return rows


def compared(floor: ChatFloor, pool: ChatPool, chats: int, most_states: int) -> dict[str, float | str]:
    """Service level and abandonment of the formula and of the exact model, in points; 95 % limit when simulated."""
    half = 0.0
    if comb(floor.agents + floor.max_parallel, floor.max_parallel) <= most_states:
        level, left = floor.measures(floor.share_full(), WITHIN_S)
    else:
        uniform = np.random.default_rng(floor.agents).random(2 * chats)
        ratios = share_full(floor.agents, np.array(floor.speed), floor.load, uniform, BATCHES)
        level, left = floor.measures(float(ratios.mean()), WITHIN_S)
        spread = np.std([floor.measures(float(ratio), WITHIN_S)[0] for ratio in ratios], ddof=1)
        half = 1.96 * float(spread) / BATCHES**0.5
    ours = float(
        chat_service_level(
            floor.agents, floor.load, aht_s=AHT_S, answer_within_s=WITHIN_S, pool=pool, patience_s=PATIENCE_S
        )
    )
    gone = float(chat_abandon_rate(floor.agents, floor.load, aht_s=AHT_S, pool=pool, patience_s=PATIENCE_S))
    return {
        "exact_by": "simulation" if half else "equations",
        "exact": 100 * level,
        "formula": 100 * ours,
        "difference": 100 * (ours - level),
        "limit": 100 * half,
        "abandon_difference": 100 * (gone - left),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--chats", type=int, default=2_000_000)
    parser.add_argument("--states", type=int, default=20_000)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    options = parser.parse_args()
    start = time.perf_counter()
    rows = cases(options.chats, options.states)
    print("chats  slowdown  at once  agents   exact  formula  difference  (95 %)  abandonment  exact by")
    for row in rows:
        print(
            f"{row['chats']:5}  {row['slowdown']:8}  {row['parallel']:7}  {row['agents']:6}  {row['exact']:6.2f}"
            f"  {row['formula']:7.2f}  {row['difference']:+10.2f}  {row['limit']:6.2f}"
            f"  {row['abandon_difference']:+11.2f}  {row['exact_by']}"
        )
    worst = max(abs(float(row["difference"])) for row in rows)
    gone = max(abs(float(row["abandon_difference"])) for row in rows)
    print(f"worst difference: service level {worst:.2f} points, abandonment {gone:.2f} points")
    print(f"{time.perf_counter() - start:.0f} s")
    if options.json:
        options.json.write_text(json.dumps({"rows": rows, "worst": worst, "worst_abandonment": gone}, indent=1))


if __name__ == "__main__":
    main()
