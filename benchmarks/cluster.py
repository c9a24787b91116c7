"""Several hosts in network namespaces behind the seam: kills, a cut link, strangers, equal plans.

    python -m benchmarks.cluster [--kills 20] [--seed 1] [--json FILE]

Needs root, `ip` and `openssl`. Three namespaces joined by a bridge stand for three hosts: the planner with the
scheduler, and two hosts with two workers each, all with certificates of one authority. Told for each part: items,
those missing, wrong or handed on twice, finished items done again, seconds.

- plain: items of 0.1 s of work, nothing happens.
- kill_workers: `kills` times a worker process, chosen at random, is killed.
- host: all processes of one host are killed; cut: its cable is pulled. Seconds from then to the end.
- strangers: a scheduler asked with a strange certificate, with none, and by an address without TLS.
- plans: two small teams planned in reproducible mode one by one, in a process pool and on the cluster.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from tests.compute.certificates import make_certificates
from tests.files.tiny_centre import write_tiny_centre

ROOT = Path(__file__).resolve().parents[1]
HOSTS = ("head", "left", "right")
NET = "10.77.3."
PORT = 18786
ITEM_S = 0.1


def item_work(item: tuple[int, str]) -> tuple[int, str]:
    """A tenth of a second of work; notes that it ran and when it was done; the digest is checked."""
    number, folder = item
    stop = time.perf_counter() + ITEM_S
    digest = hashlib.sha256(str(number).encode())
    while time.perf_counter() < stop:
        digest = hashlib.sha256(digest.digest())
    with Path(folder, f"ran-{number}").open("a", encoding="ascii") as file:
        file.write(f"{time.time()}\n")
    return number, hashlib.sha256(str(number).encode()).hexdigest()


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextlib.contextmanager
def hosts() -> Iterator[None]:
    """Three namespaces on a bridge in the first one."""
    drop_hosts()
    for number, name in enumerate(HOSTS):
        _ip("netns", "add", f"st-{name}")
        _ip("-n", f"st-{name}", "link", "set", "lo", "up")
        if number == 0:
            _ip("-n", "st-head", "link", "add", "br0", "type", "bridge")
            _ip("-n", "st-head", "addr", "add", f"{NET}1/24", "dev", "br0")
            _ip("-n", "st-head", "link", "set", "br0", "up")
            continue
        _ip(
            "link",
            "add",
            f"st-h{number}",
            "netns",
            "st-head",
            "type",
            "veth",
            "peer",
            "name",
            "eth0",
            "netns",
            f"st-{name}",
        )
        _ip("-n", "st-head", "link", "set", f"st-h{number}", "master", "br0", "up")
        _ip("-n", f"st-{name}", "addr", "add", f"{NET}{number + 1}/24", "dev", "eth0")
        _ip("-n", f"st-{name}", "link", "set", "eth0", "up")
    try:
        yield
    finally:
        drop_hosts()


def drop_hosts() -> None:
    """Remove the namespaces, those of a run that was killed too."""
    for name in HOSTS:
        subprocess.run(["ip", "netns", "del", f"st-{name}"], check=False, capture_output=True)


def inside(host: str, *words: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """A process group of its own on a host."""
    return subprocess.Popen(
        ["ip", "netns", "exec", f"st-{host}", *words],
        env=env,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


class Cluster:
    """A scheduler and two hosts of two workers each."""

    def __init__(self, certificates: dict[str, Path], env: dict[str, str]) -> None:
        tls = [
            f"--tls-ca-file={certificates['ca']}",
            f"--tls-cert={certificates['cert']}",
            f"--tls-key={certificates['key']}",
        ]
        self.address = f"tls://{NET}1:{PORT}"
        more = {"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "30s", "DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "20s"}
        dask = [sys.executable, "-m", "dask"]
        self.scheduler = inside(
            "head",
            *dask, "scheduler", "--host", f"tls://{NET}1", "--port", str(PORT), "--no-dashboard", *tls,
            env=env | more,
        )  # fmt: skip
        self.workers = {
            name: inside(
                name,
                *dask,
                "worker",
                self.address,
                "--nworkers",
                "2",
                "--nthreads",
                "1",
                "--no-dashboard",
                "--host",
                f"tls://{NET}{number + 1}",
                *tls,
                env=env | more,
            )
            for number, name in enumerate(HOSTS)
            if number
        }

    def worker_pids(self) -> list[int]:
        """Processes that work on items: the children of the nannies."""
        found = []
        for nanny in self.workers.values():
            rows = subprocess.run(
                ["pgrep", "-g", str(nanny.pid), "-f", "spawn_main"], capture_output=True, text=True, check=False
            )
            found += [int(row) for row in rows.stdout.split()]
        return found

    def close(self) -> None:
        for process in (*self.workers.values(), self.scheduler):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def child(address: str, count: int, folder: str) -> None:
    """Run the items from the head; prints what came of it."""
    from staffing.compute import ClusterError, run_all
    from staffing.errors import SettingsError

    handed: dict[int, float] = {}
    twice = 0

    def take(index: int, _: Any) -> None:
        nonlocal twice
        twice += index in handed
        handed[index] = time.time()

    begun = time.time()
    try:
        found = run_all(item_work, [(n, folder) for n in range(count)], executor=f"dask:{address}", on_result=take)
    except (ClusterError, SettingsError) as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
        return
    wrong = sum(row != (n, hashlib.sha256(str(n).encode()).hexdigest()) for n, row in enumerate(found))
    again = 0
    for number, moment in handed.items():
        ran = [float(line) for line in Path(folder, f"ran-{number}").read_text(encoding="ascii").split()]
        again += sum(at > moment for at in ran)
    print(
        json.dumps(
            {
                "items": count,
                "missing": count - len(handed),
                "wrong": wrong,
                "twice": twice,
                "finished_done_again": again,
                "seconds": round(time.time() - begun, 1),
            }
        )
    )


def run_items(address: str, count: int, env: dict[str, str], during: Any = None) -> dict[str, Any]:
    """Items from the head in a process of its own; `during` is called beside it with a function that tells progress."""
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder:
        process = subprocess.Popen(
            # By its name, not as the main module, so that the hosts can import what they are to run.
            ["ip", "netns", "exec", "st-head", sys.executable, "-c",
             f"from benchmarks.cluster import child; child({address!r}, {count}, {folder!r})"],
            env=env,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        moment: list[float] = []
        beside = threading.Thread(target=lambda: moment.append(during(process, Path(folder)))) if during else None
        if beside:
            beside.start()
        out, told = process.communicate(timeout=560)
        ended = time.time()
        if beside:
            beside.join()
        if process.returncode:
            raise RuntimeError(told[-2000:])
        found: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
        if moment and moment[0]:
            found["seconds_from_then"] = round(ended - moment[0], 1)
        return found


def after(folder: Path, share: float, count: int, process: subprocess.Popen[str]) -> None:
    """Wait until a share of the items ran."""
    while process.poll() is None and len(list(folder.glob("ran-*"))) < share * count:
        time.sleep(0.1)


def plans(address: str, folder: Path, env: dict[str, str]) -> dict[str, Any]:
    """Digests of the plans of two teams by executor; all must agree."""
    digests = {}
    for name, executor in (("serial", "serial"), ("processes", "processes:2"), ("dask", f"dask:{address}")):
        home = folder / name
        home.mkdir()
        rows = [f'out = "plans"\nexecutor = "{executor}"\nreproducible = true\nworkers = 1\nreplications = 4']
        for number in range(2):
            shutil.copytree(folder / f"centre{number}", home / f"t{number}")
            rows.append(f'[[team]]\nname = "t{number}"\ncentre = "t{number}"\ntime_limit_s = 5')
        (home / "batch.toml").write_text("\n".join(rows) + "\n", encoding="utf-8")
        done = subprocess.run(
            ["ip", "netns", "exec", "st-head", sys.executable, "-m", "staffing", "batch", str(home / "batch.toml")],
            env=env, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"batch with {executor} ended with {done.returncode}: {done.stderr[-500:]}")
        total = hashlib.sha256()
        for path in sorted((home / "plans").glob("t*/**/*")):
            if path.is_file() and path.suffix in (".csv", ".gz"):
                total.update(path.relative_to(home / "plans").as_posix().encode() + path.read_bytes())
        digests[name] = total.hexdigest()[:16]
    return {"equal": len(set(digests.values())) == 1, **digests}


class Bench:
    """The parts of the benchmark, in the order they run."""

    def __init__(self, folder: Path, kills: int, items: int, seed: int) -> None:
        self.folder, self.kills, self.items, self.draw = folder, kills, items, random.Random(seed)
        ours, self.strange = (
            make_certificates(folder / who, who, ",".join(f"IP:{NET}{n}" for n in (1, 2, 3)))
            for who in ("ours", "strange")
        )
        self.env = os.environ | {"PYTHONPATH": str(ROOT), "STAFFING_HOME": str(folder / "home")}
        self.named = self.env | {f"STAFFING_CLUSTER_{part.upper()}": str(path) for part, path in ours.items()}
        self.cluster = Cluster(ours, self.env)
        self.address = self.cluster.address

    def plain(self) -> dict[str, Any]:
        return run_items(self.address, self.items, self.named)

    def kill_workers(self) -> dict[str, Any]:
        kills = 0

        def beside(process: subprocess.Popen[str], ran: Path) -> float:
            nonlocal kills
            after(ran, 0.05, self.items, process)
            while kills < self.kills and process.poll() is None:
                pids = self.cluster.worker_pids()
                if pids:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(self.draw.choice(pids), signal.SIGKILL)
                        kills += 1
                time.sleep(1.0)
            return 0.0

        return run_items(self.address, self.items + 20 * self.kills, self.named, beside) | {"kills": kills}

    def plans(self) -> dict[str, Any]:
        for number in range(2):
            write_tiny_centre(self.folder / f"centre{number}")
        return plans(self.address, self.folder, self.named)

    def strangers(self) -> dict[str, Any]:
        foreign = self.named | {f"STAFFING_CLUSTER_{part.upper()}": str(self.strange[part]) for part in ("cert", "key")}
        return {
            "strange certificate": run_items(self.address, 2, foreign).get("error", "LET IN"),
            "no certificate": run_items(self.address, 2, self.env).get("error", "LET IN"),
            "no TLS": run_items(self.address.replace("tls", "tcp"), 2, self.named).get("error", "LET IN"),
        }

    def host(self) -> dict[str, Any]:
        def beside(process: subprocess.Popen[str], ran: Path) -> float:
            after(ran, 0.3, self.items, process)
            os.killpg(self.cluster.workers["left"].pid, signal.SIGKILL)
            return time.time()

        return run_items(self.address, self.items, self.named, beside)

    def cut(self) -> dict[str, Any]:
        def beside(process: subprocess.Popen[str], ran: Path) -> float:
            after(ran, 0.3, self.items, process)
            _ip("-n", "st-right", "link", "set", "eth0", "down")
            return time.time()

        return run_items(self.address, self.items, self.named, beside)


PARTS = ("plain", "kill_workers", "plans", "strangers", "cut", "host")


def main() -> int:
    """Run the parts and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    args = parser.parse_args()
    if os.geteuid() or not shutil.which("ip") or not shutil.which("openssl"):
        print("needs root, ip and openssl; nothing was measured")
        return 0
    found: dict[str, Any] = {"date": str(date.today()), "machine": platform.platform(), "cores": os.cpu_count()}
    for part in args.only:
        # A cluster of its own for each: what one breaks is no burden for the next.
        with tempfile.TemporaryDirectory(prefix="cluster-") as name, hosts():
            bench = Bench(Path(name), args.kills, args.items, args.seed)
            try:
                found[part] = getattr(bench, part)()
            finally:
                bench.cluster.close()
        print(part, found[part], flush=True)
    args.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
