"""Check a directory on the workers of Dask: on_dask.py DIR."""

import sys

from dask.distributed import Client, LocalCluster

import checksig

if __name__ == "__main__":
    # In place of LocalCluster: an address, or any other cluster that Dask has.
    with LocalCluster(threads_per_worker=1) as cluster:
        cluster.adapt(minimum=1, maximum=4)
        with Client(cluster) as client:
            report = checksig.audit(sys.argv[1], executor=client, shards=16)
    print(report)
    sys.exit(not report.ok)
