"""The options of checking Python environments: more rows of the table."""

from checksig._options.reading import RunOptions, StrPath
from checksig._options.row import Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated
else:
    from checksig._options.row import Annotated


class EnvironmentOptions(RunOptions, total=False):
    """The options of :func:`verify_environment` and :func:`audit_environment`."""

    python: Annotated[
        StrPath | None, Option("check the environment of this interpreter", metavar="EXE")
    ]
    complete: Annotated[
        bool,
        Option(
            "fail if no package lists a file that Python would run or import, or a file in a "
            "package's folder; or if a compiled file (.pyc) is not from its source",
            False,
        ),
    ]
    compiled: Annotated[
        bool,
        Option(
            "compile the sources again, and compare the code of compiled files, too",
            False,
            "Needs ``complete``. Compares only files that the same version of Python compiled.",
        ),
    ]
