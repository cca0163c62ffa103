"""Places held against what is said of them: results, and a report.

``verifying`` and ``environment`` are what people call, ``auditing`` is what the command line calls,
and ``check`` the one way through: parts, rules and reading in, results out, and a report in the
end. The core opens the files of directories by itself; ``streamed`` reads places that give streams.
``diagnosis`` and ``moved`` explain.
"""
