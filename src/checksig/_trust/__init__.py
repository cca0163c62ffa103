"""Whom a caller trusts: keys, policies, and the checking and making of signatures."""
