"""Settings of the installation: environment variables that begin with STAFFING_, and their defaults."""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from staffing.errors import SettingsError

PREFIX = "STAFFING_"


def _home() -> Path:
    try:
        return Path.home() / ".staffing"
    except RuntimeError:
        # An account without a home folder, as services have.
        return Path(".staffing")


class Settings(BaseSettings):
    """Where things are and how much of the machine to use.

    Attributes
    ----------
    shared_data : Path
        Folder of shared real data for benchmarks and marked tests.
    home : Path
        Folder of the database, proposals and logs.
    db_url : str
        Database of drafts, versions and jobs; SQLite in `home` unless set.
    lang : str
        Language of texts where no option says otherwise, ``en`` or ``zh``.
    workers : int
        Processor cores to use.
    spare_worker : bool
        Whether the app keeps a worker waiting with everything loaded, so that a plan begins at once.
    pdf_font : Path or None
        Font file that reports as PDF use first; blank for what the system has.
    log_level : str
        Least level of messages that are logged.
    executor : str
        Where wide work runs: blank for processes of this machine, or ``dask:tls://HOST:PORT``.
    cluster_ca, cluster_cert, cluster_key : Path or None
        PEM files for a cluster: its authority, and this host's certificate and key.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    shared_data: Path = Path("../shared/data")
    home: Path = Field(default_factory=_home)
    db_url: str = ""
    lang: Literal["en", "zh"] = "en"
    workers: int = Field(default_factory=lambda: max(1, os.cpu_count() or 1), ge=1, le=1024)
    spare_worker: bool = True
    pdf_font: Path | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    executor: str = ""
    cluster_ca: Path | None = None
    cluster_cert: Path | None = None
    cluster_key: Path | None = None

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Letter case of the level does not matter, and the database lies at home unless it is set."""
        level = values.get("log_level")
        values = values | ({"log_level": level.upper()} if isinstance(level, str) else {})
        if not values.get("db_url"):
            home = Path(values.get("home") or _home()).expanduser()
            values = values | {"db_url": f"sqlite:///{home / 'staffing.db'}"}
        return values


def load_settings(**given: Any) -> Settings:
    """The settings of this process; arguments win over the environment.

    Raises
    ------
    SettingsError
        In one line, with the variable, its value and what would be right.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        problems = [_problem(fault) for fault in error.errors(include_url=False)]
        raise SettingsError("; ".join(problems)) from None


def _problem(fault: Any) -> str:
    name = str(fault["loc"][0])
    reason = str(fault["msg"]).removeprefix("Input should be ")
    # The database address may hold a password.
    value = "..." if name == "db_url" else repr(fault["input"])
    return f"{PREFIX}{name.upper()} is {value}, expected {reason}"
