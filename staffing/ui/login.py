"""The login, where one is set up: who is logged in, and nothing but the way in for everybody else."""

import time

import streamlit as st

from staffing.ui.actor import actor, has_login, logged_in
from staffing.ui.blocks import plain
from staffing.ui.words import Words


def gate(words: Words) -> None:
    """Say in the sidebar who is logged in and in which role; stop the page where nobody is, or not any more."""
    if not has_login():
        return
    login = st.user.to_dict()
    name = logged_in(login, time.time())
    if name is None:
        st.title(words("nav.app"), anchor=False)
        st.info(words("login.expired" if login.get("is_logged_in") else "login.needed"), icon=":material/lock:")
        st.button(words("login.in"), key="login_in", type="primary", icon=":material/login:", on_click=st.login)
        st.stop()
    with st.sidebar:
        st.caption(words("login.as", name=plain(name), role=words(f"role.{actor().role.name.lower()}")))
        st.button(words("login.out"), key="login_out", type="tertiary", icon=":material/logout:", on_click=st.logout)
