"""How wide work can end without its results."""

from staffing.errors import SettingsError


class ClusterError(SettingsError):
    """The cluster cannot be used: says which one, why, and what to do."""


class LostClusterError(ClusterError):
    """The cluster was lost on the way; results handed on before are kept."""


class StoppedError(Exception):
    """A stop was asked for; results handed on before are kept."""
