#!/bin/sh
# Fill in the templates from the environment, then run nginx. Debian's nginx does not support `resolve`
# for the servers of an upstream. This script replaces the name by its current addresses, and reloads
# nginx when they change.
set -eu
from=${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}
to=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}
names=$(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p' | grep -E "${NGINX_ENVSUBST_FILTER:-}")
wanted=$(printf '${%s} ' $names)
web=${NGINX_WEB:-}
name=$(echo "$web" | sed -n 's/.*server \([^: ]*\):[0-9]* resolve.*/\1/p')
valid=$(echo "$web" | sed -n 's/.*valid=\([0-9]*\)s.*/\1/p')
rest=$(echo "$web" | sed -n 's/.*server [^: ]*\(:[0-9]*\) resolve\([^;]*\);.*/\1\2/p')

addresses() { getent ahostsv4 "$name" | cut -d' ' -f1 | sort -u; }

fill_in() {
    [ -z "$name" ] || NGINX_WEB=$(for each in $1; do printf 'server %s%s; ' "$each" "$rest"; done)
    export NGINX_WEB
    for template in "$from"/*.template; do
        envsubst "$wanted" <"$template" >"$to/$(basename "$template" .template)"
    done
}

look_again() {
    while sleep "$valid"; do
        now=$(addresses)
        if [ -n "$now" ] && [ "$now" != "$known" ]; then
            known=$now
            fill_in "$known"
            kill -HUP 1
        fi
    done
}

known=
if [ -n "$name" ]; then
    known=$(addresses)
    look_again &
fi
fill_in "$known"
exec "$@"
