"""The programs that checksig is measured against."""
