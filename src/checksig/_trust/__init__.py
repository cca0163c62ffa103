"""Keys, whom a caller trusts, and the checking and making of signatures."""
