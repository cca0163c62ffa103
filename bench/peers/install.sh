#!/bin/sh
# Installs the peers of the benchmark: Debian and its relatives, as root or with sudo.
set -eu
run=
[ "$(id -u)" -eq 0 ] || run=sudo
$run apt-get install -y --no-install-recommends \
	b3sum coreutils findutils hashdeep openssl rclone rhash xxhash
