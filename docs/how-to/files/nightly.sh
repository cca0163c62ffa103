#!/bin/sh
# Check a directory. Print what there is to say only if something is wrong.
said=$(checksig verify "$1" --complete --nice 2>&1)
code=$?
if [ $code -ne 0 ]; then
    echo "$said"
fi
exit $code
