"""Run one function over many items behind one seam: in this process, in a pool of processes or on a cluster."""

from staffing.compute.errors import ClusterError, LostClusterError, StoppedError
from staffing.compute.seam import executor_for, run_all

__all__ = ["ClusterError", "LostClusterError", "StoppedError", "executor_for", "run_all"]
