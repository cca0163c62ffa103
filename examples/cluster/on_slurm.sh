#!/bin/sh
# Check a directory on the nodes of Slurm: on_slurm.sh DIR [OPTION…]. Options are those of checksig plan.
# Start it in a directory that all nodes have: the plan, the partials and the verdict are written there.
set -eu
last=$(checksig plan "$@" --json |
	python3 -c 'import json, sys; print(json.load(sys.stdin)["shards"] - 1)')
shards=$(sbatch --parsable --array="0-$last" --cpus-per-task=1 --output=shard-%a.log \
	--wrap 'checksig run-shard plan.json')
merge=$(sbatch --parsable --dependency="afterany:$shards" --output=verdict.txt \
	--wrap 'checksig merge plan.json partials')
echo "job $shards checks, and job $merge writes verdict.txt"
