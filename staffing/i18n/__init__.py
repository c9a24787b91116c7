"""Catalogues of everything said to people, in English and Chinese.

One JSON file per language and topic (``en_faults.json``); keys are dotted codes, values are
`str.format` templates. The core never imports this room: it returns codes and numbers.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "zh")


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """All texts of one language, merged from its files.

    Raises
    ------
    KeyError
        When the language is not in `LANGUAGES`.
    ValueError
        When two files define the same key.
    """
    if lang not in LANGUAGES:
        raise KeyError(f"language {lang!r}, expected one of {', '.join(LANGUAGES)}")
    texts: dict[str, str] = {}
    for entry in sorted(files(__name__).iterdir(), key=lambda item: item.name):
        if entry.name.startswith(f"{lang}_") and entry.name.endswith(".json"):
            part = json.loads(entry.read_text(encoding="utf-8"))
            twice = texts.keys() & part.keys()
            if twice:
                raise ValueError(f"{entry.name} repeats {sorted(twice)}")
            texts.update(part)
    return texts


def text(key: str, lang: str = "en", /, **params: object) -> str:
    """The sentence of `key` in `lang`, filled with `params`.

    A key without an entry is returned as it is, with its parameters, so that nothing is ever
    hidden from the user; a test keeps that from happening for every code the core can return.

    Examples
    --------
    >>> text("activity.meal", "en")
    'Meal'
    >>> text("activity.meal", "zh")
    '用餐'
    """
    template = catalogue(lang).get(key)
    if template is None:
        shown = ", ".join(f"{name}={value}" for name, value in params.items())
        return f"{key} ({shown})" if shown else key
    try:
        return template.format(**params)
    except (KeyError, IndexError, ValueError):
        return template


SHARES = ("share", "error", "mean_error", "half_width", "margin")
"""Note parameters that are shares and shown in percent."""


def note_text(code: str, params: Iterable[tuple[str, object]], lang: str) -> str:
    """A note's sentence; shares are shown in percent, other numbers with three digits or whole."""
    return text(f"note.{code}", lang, **{name: _shown(name, value) for name, value in params})


def _shown(name: str, value: object) -> object:
    if not isinstance(value, float):
        return value
    if name in SHARES:
        return f"{value:.1%}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
