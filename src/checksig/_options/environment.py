"""The options of checking Python environments: more rows of the table."""

from typing import TYPE_CHECKING

from checksig._options.reading import RunOptions, StrPath
from checksig._options.row import Option

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
            "fail if there is what Python would run or import and no package lists, or a file in a "
            "package's folders, or a compiled file (.pyc) of another source than is there",
            False,
        ),
    ]
    compiled: Annotated[
        bool,
        Option(
            "compile the sources again, and compare the code of compiled files as well",
            False,
            "With ``complete``. Only those that a Python like the one which runs has compiled.",
        ),
    ]
