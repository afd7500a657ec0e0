#!/bin/sh
# As the official image's: other containers may ask without a password where none is set.
exec /usr/local/libexec/valkey-server "$@" --protected-mode no
