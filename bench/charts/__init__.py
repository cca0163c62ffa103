"""The charts: for each a function from results to a figure and its caption."""
