"""The options of comparing two places: rows of the table that others have as well."""

from checksig._options.checking import ProofOptions
from checksig._options.fetching import FetchOptions
from checksig._options.reading import ChoiceOptions, RunOptions


class CompareOptions(ChoiceOptions, ProofOptions, RunOptions, FetchOptions, total=False):
    """The options of :func:`compare`."""
