"""Forks: a child must not wait for a thread that it does not have.

This is loaded first of all, and so it loads nothing but what Python has in itself.
"""

import os
import sys
from _thread import RLock  # threading's, which takes 10 ms

#: Held while modules are loaded: no fork comes between.
loading = RLock()
_loaded: list[bool] = []  # whether all of it is


def _before_fork() -> None:
    """End all imports of the package: a child would wait for a thread that it does not have.

    Modules are loaded when they are first needed, so another thread may do that right now. Once all
    are loaded there is nothing left to wait for. It takes 0.1 s, once, if there are other threads.
    """
    loading.acquire()
    used = [name for name in sys.modules if name.startswith("checksig._") and name != __name__]
    if not used or _loaded:
        return
    from threading import active_count  # noqa: PLC0415 (few programs fork)

    if active_count() == 1:
        return
    from contextlib import suppress  # noqa: PLC0415 (as above)
    from importlib import import_module  # noqa: PLC0415 (as above)
    from pkgutil import walk_packages  # noqa: PLC0415 (as above)

    # The core looks like a module, and would be loaded: a child cannot use what it inherits. And no
    # module here may load one that has something to do before forks: at this one it is too late,
    # and what it does afterwards would be done alone. See ``_checking.threads``.
    others = ("checksig.__main__", "checksig._cli", "checksig._bridge._checksig")
    for module in walk_packages(sys.modules["checksig"].__path__, "checksig."):
        if not module.name.startswith(others):
            with suppress(ImportError):
                import_module(module.name)
    _loaded.append(True)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork, after_in_parent=loading.release, after_in_child=loading.release
    )
