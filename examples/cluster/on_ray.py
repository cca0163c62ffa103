"""Check a directory on the nodes of Ray: ray job submit -- python on_ray.py DIR."""

import sys

import ray

import checksig

ray.init()
plan = checksig.plan(sys.argv[1], shards=16)
shared = ray.put(plan)  # it is sent once to each node
run_shard = ray.remote(num_cpus=1)(checksig.run_shard)
futures = [run_shard.remote(shared, number, workers=1) for number in range(len(plan.shards))]
report = checksig.merge(plan, ray.get(futures))
ray.shutdown()
print(report)
sys.exit(not report.ok)
