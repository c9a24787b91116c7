"""Accessibility of a page by axe-core, without what is known and not ours to mend."""

import re
from typing import Any

GRAVE = ("critical", "serious")
OPTIONS = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}

ALLOWED: dict[str, tuple[str, str]] = {
    "list": ("stSidebarNavItems", "Streamlit's navigation puts its sections as other elements into one list"),
    "listitem": ('stSidebarNav|e1o1t1hb|<li class="st-emotion', "the same navigation: items outside of a list"),
}
"""Rules that may be broken, where (a pattern of the element's selector or markup), and why."""


def grave(page: Any) -> list[str]:
    """Critical and serious issues of the page as it stands, each with its rule and the first elements."""
    from axe_playwright_python.sync_playwright import Axe

    found = []
    for issue in Axe().run(page, options=OPTIONS).response["violations"]:
        if issue["impact"] not in GRAVE:
            continue
        nodes = [node for node in issue["nodes"] if not is_allowed(issue["id"], node)]
        if nodes:
            places = " | ".join(f"{node['html'][:160]} {_why(node)}" for node in nodes[:4])
            found.append(f"{issue['impact']} {issue['id']} ({len(nodes)}): {places}")
    return found


def _why(node: dict[str, Any]) -> str:
    return str((node["any"] or node["all"] or node["none"])[0]["message"])[:160]


def is_allowed(rule: str, node: dict[str, Any]) -> bool:
    """Whether the allow-list names the rule for such an element."""
    pattern, _ = ALLOWED.get(rule, ("(?!)", ""))
    return re.search(pattern, f"{node['target']} {node['html']}") is not None
