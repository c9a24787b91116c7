"""A PostgreSQL server of its own for tests and benchmarks, where one is installed."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """Folder of initdb and pg_ctl of the newest server, None where there is none or no driver."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return None
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    named = shutil.which("initdb")
    return found[-1].parent if found else None if named is None else Path(named).parent


@contextmanager
def postgres() -> Iterator[str]:
    """URL of an empty database on a server that lives as long as the block.

    A server refuses to run as root, so root lends it the account ``postgres``.
    """
    folder = programs()
    if folder is None:
        raise RuntimeError("no PostgreSQL server or no psycopg")
    home = Path(tempfile.mkdtemp(prefix="staffing-postgres-"))
    account = pwd.getpwnam("postgres") if os.getuid() == 0 else None
    run_as = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()}
    if account is not None:
        os.chown(home, account.pw_uid, account.pw_gid)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*arguments: str) -> None:
        # Without its own output file pg_ctl would keep ours open.
        with (home.parent / f"{home.name}.log").open("ab") as log:
            subprocess.run(arguments, check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **run_as)

    data = str(home / "data")
    run(str(folder / "initdb"), "-D", data, "-U", "staffing", "-A", "trust", "-E", "UTF8", "--no-locale")
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1"
    run(str(folder / "pg_ctl"), "-D", data, "-w", "-o", options, "-l", str(home / "server.log"), "start")
    try:
        yield f"postgresql://staffing@127.0.0.1:{port}/postgres"
    finally:
        run(str(folder / "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)
        (home.parent / f"{home.name}.log").unlink(missing_ok=True)
