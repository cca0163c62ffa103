"""Lists and bags that are made."""
