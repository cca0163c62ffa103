"""The speed of this machine: what it is, and what it could be.

What comes from here: ``measure`` and its ``Measurement``; the formulas of the ``limit``, which
benchmarks use as well; and ``load``, what others have of the processors meanwhile.
"""
