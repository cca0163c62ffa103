"""Checks in shards: a plan, made once; shards, run anywhere; partials, merged into one report.

``checks`` has what people call. ``planning`` divides a claim, ``running`` checks one shard of it,
``merging`` adds up what came of them and holds it against the plan, ``executing`` has an executor
run them all. A shard is a part of a claim: see ``Extent``.
"""
