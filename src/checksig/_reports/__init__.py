"""Reports as text, JSON and HTML. They are printed elsewhere."""
