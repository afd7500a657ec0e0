#!/bin/sh
# As in the official image, other containers can connect without a password if none is set.
exec /usr/local/libexec/valkey-server "$@" --protected-mode no
