"""Where files lie: names and bytes, and neither lists nor verdicts."""
