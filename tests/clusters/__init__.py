"""Clusters on this machine that shards are run on, each for as long as it is needed.

``slurm`` is a cluster of one node. ``environment`` is that of Python in which engines are
installed, and programs that use them run. ``make cluster-check`` brings all of it.
"""

from __future__ import annotations

from clusters.environment import MissingClusterError, run, variables
from clusters.slurm import Slurm, slurm

__all__ = ["MissingClusterError", "Slurm", "run", "slurm", "variables"]
