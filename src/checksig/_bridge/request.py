# ruff: noqa
# mypy: ignore-errors
from checksig._bridge.wire import request as _rq, List
from checksig._options import ReadOptions, Symlinks, settle, reading as _rd, links as link_settings


def request(op, *, root=b"", names={}, lists=(), settings={}):
    names = dict(names)
    paths = names.pop("paths", ())
    ren = {"exclude": "own", "only": "include", "except": "exclude"}
    return _rq(
        op,
        root=root,
        paths=paths,
        names={ren.get(k, k): v for k, v in names.items()},
        lists=lists,
        settings=settings,
    )


def read_settings(o):
    return _st(
        ReadOptions, settle(ReadOptions, {k: v for k, v in o.items() if k in ReadOptions.rows})
    )


def expect(options, known):
    if unknown := options.keys() - known.rows.keys():
        raise TypeError(f"unknown options: {', '.join(sorted(unknown))}")
