"""The whole city as a city runs it, as plain processes on this machine: `./run stack`.

nginx, two web processes, four workers, two beats, three nodes of PostgreSQL with Patroni and etcd,
HAProxy to their leader, a pooler, Valkey, S3 and a place for mails: the topology of
docker-compose.yml with more than one machine, from the same settings and the same nginx file, each
a child of this process. For trying what production does, and for the fault experiments;
never imported in production.

    with Stack("/var/lib/santa311-stack") as stack:   # a folder that all may enter (as root)
        stack.url                     # "http://127.0.0.1:PORT", nginx
        stack.environment             # for manage.py and for what else reads our settings
        stack.keeper_url              # Valkey, for who may do everything there
        stack.manage("migrate")       # manage.py, waited for; returns what it printed
        stack.services["web1"].kill()     # SIGKILL of it and all it started, waited for
        stack.services["web1"].start()    # returns when it answers; stop() lets it finish first
        stack.services["valkey"].pause()  # SIGSTOP of it and all it started; resume()
        stack.services["postgres1"].kill()    # Patroni and PostgreSQL of a node
        stack.cluster.leader.name     # "postgres2": the application notices by itself
        stack.cluster.switch_over("postgres3")

The names: etcd1 etcd2 etcd3 postgres1 postgres2 postgres3 haproxy pooler valkey s3 smtp
worker_photos worker_messages worker_webhooks worker_rest beat1 beat2 web1 web2 nginx_figures nginx
(no smtp where EMAIL_URL is given). The nodes have addresses of their own on the loopback, or those
of `machines`.

Every address is settled when the object is made, before anything runs, so a proxy can stand in
between: `stack.addresses["valkey"]` is where the service itself listens, and
`Stack(folder, between={"valkey": ("127.0.0.1", 7000)})` has the application go to port 7000
instead. `between` knows pooler (application to pooler), haproxy (pooler to HAProxy), valkey, s3 and
smtp. A proxy must listen before `start()`, and must be told its target
in time: make the stack, read `addresses`, start the proxy, then start the stack.

`environment={"LOG_LEVEL": "DEBUG"}` comes on top of what every process of the application gets;
`stack.log("web1")` is where a service writes, over all its starts.
"""

from tools.stack.stack import Stack
