"""The entry of the app: registers the pages and runs the one asked for."""

from pathlib import Path

import streamlit as st

from staffing.errors import SettingsError
from staffing.ui import opening
from staffing.ui.login import gate
from staffing.ui.router import navigation
from staffing.ui.state import language_switch, store, words

# The names of the pages need no more; what is left goes to tables, which then need no scrolling sideways.
SIDEBAR_PX = 232
st.set_page_config(
    page_title=words()("nav.app"),
    page_icon=Path(__file__).with_name("icon.png"),
    layout="wide",
    initial_sidebar_state=SIDEBAR_PX,
)
opening.begin()
current = navigation(language_switch())
try:
    store()
except SettingsError as error:
    st.error(words()("state.settings"), icon=":material/settings_alert:")
    st.code(str(error), language=None, wrap_lines=True)
    st.stop()
gate(words())
current.run()
