"""Check a directory on blocks of Parsl: on_parsl.py DIR."""

import sys

from parsl.concurrent import ParslPoolExecutor
from parsl.config import Config
from parsl.executors import HighThroughputExecutor
from parsl.providers import LocalProvider

import checksig

# In place of LocalProvider: SlurmProvider, PBSProProvider, … and the address that its nodes reach.
blocks = HighThroughputExecutor(
    address="127.0.0.1", max_workers_per_node=2, provider=LocalProvider(max_blocks=1)
)
with ParslPoolExecutor(Config(executors=[blocks])) as executor:
    report = checksig.audit(sys.argv[1], executor=executor, shards=16)
print(report)
sys.exit(not report.ok)
