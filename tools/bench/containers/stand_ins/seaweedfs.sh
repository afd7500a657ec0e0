#!/bin/sh
# Change the owner of /data to the server's user, drop root privileges, and run the server.
set -eu
if [ "$(id -u)" = 0 ]; then
    [ "$(stat -c %U /data)" = seaweed ] || chown -R seaweed:seaweed /data
    exec setpriv --reuid seaweed --regid seaweed --init-groups "$0" "$@"
fi
exec /usr/bin/weed -logtostderr=true "$@"
