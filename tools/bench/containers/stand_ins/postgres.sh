#!/bin/sh
# Create the folder as root and the first database as postgres, then run the server. The temporary
# server that creates the database listens on its socket only.
set -eu
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    chmod 700 "$PGDATA"
    find "$PGDATA" ! -user postgres -exec chown postgres {} +
    exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
fi
# The wheel's programs were built without lz4.
for word; do
    shift
    [ "$word" != wal_compression=lz4 ] || word=wal_compression=pglz
    set -- "$@" "$word"
done
if ! [ -s "$PGDATA/PG_VERSION" ]; then
    printf '%s\n' "$POSTGRES_PASSWORD" >/tmp/password
    initdb --pgdata "$PGDATA" --username "$POSTGRES_USER" --pwfile /tmp/password --encoding UTF8 \
        --auth-local trust --auth-host trust
    rm /tmp/password
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
    "$@" -c listen_addresses= -c unix_socket_directories=/tmp &
    until pg_isready --quiet --host /tmp; do
        kill -0 $!
        sleep 0.2
    done
    createdb --host /tmp --username "$POSTGRES_USER" "$POSTGRES_DB"
    kill -INT $!
    wait $!
fi
exec "$@"
