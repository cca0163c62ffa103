"""The cells of a notebook."""

import checksig

report = checksig.audit("data")
report

try:
    checksig.verify("data")
except checksig.VerificationError as error:
    for result in error.report.failures:
        print(result.path, result.status)

required = ["sample1.csv", "sample9.csv"]
report = checksig.audit("data", include=required, require=required)
print(report)
