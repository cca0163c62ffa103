# ruff: noqa
# mypy: ignore-errors
from checksig._bridge.wire import Batch as Step
from checksig._bridge.wire import batches as steps, last_of
