"""Check a directory on workers that Slurm starts as its jobs: on_dask_jobqueue.py DIR NETWORK."""

import sys

from dask.distributed import Client
from dask_jobqueue import SLURMCluster

import checksig

if __name__ == "__main__":
    # NETWORK is the interface by which the nodes reach this machine, such as ib0.
    with SLURMCluster(cores=1, memory="1 GiB", interface=sys.argv[2]) as cluster:
        cluster.scale(jobs=2)
        with Client(cluster) as client:
            report = checksig.audit(sys.argv[1], executor=client, shards=16)
    print(report)
    sys.exit(not report.ok)
