"""Who acts in this tab, and in which role. Without a login that is the person at this machine, and only there."""

import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from staffing.store.access import Actor, Role, local_actor
from staffing.store.people import user
from staffing.ui import state

LOOPBACK = ("127.0.0.1", "localhost", "::1")
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
NOBODY = Actor("guest", Role.VIEWER)


def actor() -> Actor:
    """The logged-in user with the granted role; without a login the local user, where only loopback is served."""
    if has_login():
        login: Mapping[str, Any] = st.user.to_dict()
        name = logged_in(login, time.time())
        return NOBODY if name is None else user(state.store(), name)
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    return local_actor() if is_local(st.get_option("server.address"), headers) else NOBODY


def has_login() -> bool:
    """Whether a login is set up in ``secrets.toml``."""
    return "is_logged_in" in st.user.to_dict()


def logged_in(login: Mapping[str, Any], now_s: float) -> str | None:
    """Name of the user of a login that holds and has not expired, else None.

    Streamlit itself never looks at the expiry.
    """
    if not login.get("is_logged_in"):
        return None
    expires = login.get("exp")
    if expires is not None and float(expires) <= now_s:
        return None
    name = login.get("email") if login.get("email_verified", True) else None
    name = name or login.get("sub")
    return None if not name else str(name)


def is_local(address: str | None, headers: Mapping[str, str]) -> bool:
    """Whether only somebody at this machine can have asked: loopback alone is served, and no proxy stands before it.

    Examples
    --------
    >>> is_local("127.0.0.1", {"host": "127.0.0.1:8501"}), is_local("0.0.0.0", {"host": "127.0.0.1:8501"})
    (True, False)
    >>> is_local("127.0.0.1", {"host": "plans.example.com", "x-forwarded-for": "10.0.0.7"})
    False
    """
    if not headers:
        return True  # run as a script, without a server
    host = headers.get("host", "").rpartition(":")[0].strip("[]") or headers.get("host", "")
    return address in LOOPBACK and host in LOOPBACK and not any(name in headers for name in FORWARDED)
