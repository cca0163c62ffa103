"""Lists of digests and who signed them, found in places."""
