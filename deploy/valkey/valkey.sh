#!/bin/sh
# Start Valkey with the users of valkey.acl and their passwords from the environment.
set -eu
umask 077
sed -e '/^#/d' \
    -e "s|\${VALKEY_CACHE_PASSWORD}|$VALKEY_CACHE_PASSWORD|" \
    -e "s|\${VALKEY_BROKER_PASSWORD}|$VALKEY_BROKER_PASSWORD|" \
    -e "s|\${VALKEY_KEEPER_PASSWORD}|$VALKEY_KEEPER_PASSWORD|" \
    -e "s|\${CACHE_PREFIX}|$CACHE_PREFIX|" \
    -e "s|\${CELERY_QUEUE}|$CELERY_QUEUE|" \
    "$(dirname "$0")/valkey.acl" >/tmp/users.acl
exec valkey-server --aclfile /tmp/users.acl "$@"
