"""The process of the command line: ``checksig``, and ``python -m checksig``.

Python raises KeyboardInterrupt from its first moment on. Here it is kept from doing so, before
anything is loaded: there is nothing yet to put in order.
"""

import sys


def run() -> None:
    """Let Ctrl-C end the process, and run the command line."""
    signals = sys.modules["_signal"]  # Python has it; to load signal takes 4 ms
    if signals.getsignal(signals.SIGINT) is signals.default_int_handler:
        signals.signal(signals.SIGINT, signals.SIG_DFL)

    import gc  # noqa: PLC0415 (as said)

    gc.disable()  # the process is short
    from checksig import _cli  # noqa: PLC0415 (that is what it is all about)

    _cli.run()


if __name__ == "__main__":
    run()
