"""The planner's app: thin pages over pure functions. Streamlit is imported here and nowhere else."""

from pathlib import Path


def app_file() -> Path:
    """The script that Streamlit runs; its settings lie beside it, so they also hold in an installed package."""
    return Path(__file__).with_name("main.py")
