"""Charts on their way to the browser: described once, without asking the schema, and then only sent.

Checking a description against the schema took most of the time of a page; the tests of the charts do it.
"""

import hashlib
from collections.abc import Callable, Hashable
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from staffing.ui.kept import kept

# The framework's own theme is meant, as it is for a chart object handed to it.
alt.theme.enable("none")


def described(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """The Vega-Lite description of a chart, its tables beside it as they are sent; the chart itself is used up."""
    tables: dict[str, bytes] = {}
    _name_tables(chart, tables, {})
    found: dict[str, Any] = chart.to_dict(validate=False)
    return found | {"datasets": tables}


def _name_tables(chart: Any, tables: dict[str, bytes], names: dict[int, str]) -> None:
    """Put the name of a table in its place; the name changes with what is in it, so that the browser sees a change."""
    data = getattr(chart, "data", None)
    if isinstance(data, pd.DataFrame):
        if id(data) not in names:
            sent = _as_arrow(data)
            names[id(data)] = hashlib.sha256(sent).hexdigest()[:24]
            tables[names[id(data)]] = sent
        chart.data = alt.NamedData(names[id(data)])
    for parts in ("layer", "hconcat", "vconcat"):
        for part in getattr(chart, parts, ()):
            _name_tables(part, tables, names)


def _as_arrow(table: pd.DataFrame) -> bytes:
    import pyarrow as pa  # type: ignore[import-untyped]

    rows, sink = pa.Table.from_pandas(table), pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows)
    sent: bytes = sink.getvalue().to_pybytes()
    return sent


def chart(made: alt.TopLevelMixin, **options: Any) -> Any:
    """Show a chart; `options` as for any chart of the framework: ``alt``, ``key``, ``on_select``."""
    return st.vega_lite_chart(spec=described(made), **options)


def kept_chart(owner: object, make: Callable[..., alt.TopLevelMixin], *args: Hashable, **options: Any) -> Any:
    """Show the chart ``make(owner, *args)``, which is made once: see `kept`."""
    return st.vega_lite_chart(spec=dict(kept(owner, _described, make, *args)), **options)


def _described(owner: object, make: Callable[..., alt.TopLevelMixin], *args: Hashable) -> dict[str, Any]:
    return described(make(owner, *args))
