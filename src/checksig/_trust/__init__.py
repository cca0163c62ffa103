"""Trust: keys, policies, and the checking and making of signatures."""
