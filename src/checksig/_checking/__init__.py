"""Places held against claims: results, and a report."""
