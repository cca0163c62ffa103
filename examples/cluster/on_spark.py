"""Check a directory on the executors of Spark: spark-submit on_spark.py DIR."""

import sys

from pyspark.sql import SparkSession

import checksig

plan = checksig.plan(sys.argv[1], shards=16)
spark = SparkSession.builder.appName("checksig").getOrCreate()
numbers = spark.sparkContext.parallelize(range(len(plan.shards)), len(plan.shards))
partials = numbers.map(lambda number: checksig.run_shard(plan, number, workers=1)).collect()
spark.stop()
report = checksig.merge(plan, partials)
print(report)
sys.exit(not report.ok)
