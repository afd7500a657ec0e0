"""The whole production system as plain processes on this machine: `./run stack`.

The stack has nginx, two web processes, four workers, two beats, three nodes of PostgreSQL with
Patroni and etcd, HAProxy in front of their leader, a pooler, Valkey, S3 and a mail server. This is
the topology of docker-compose.yml with more than one machine, with the same settings and the same
nginx file; each program is a child of this process. The stack is for trying production behavior and
for the fault experiments. It is never imported in production.

    with Stack("/var/lib/santa311-stack") as stack:   # as root, all users must be able to enter
        stack.url                     # "http://127.0.0.1:PORT", nginx
        stack.environment             # for manage.py and other programs that read the settings
        stack.keeper_url              # Valkey, for the user with full access
        stack.manage("migrate")       # runs manage.py, and returns its output
        stack.services["web1"].kill()     # SIGKILL for it and its children; waits for the end
        stack.services["web1"].start()    # returns when it answers; stop() lets it finish first
        stack.services["valkey"].pause()  # SIGSTOP for it and its children; resume()
        stack.services["postgres1"].kill()    # Patroni and PostgreSQL of a node
        stack.cluster.leader.name     # "postgres2": the application reconnects by itself
        stack.cluster.switch_over("postgres3")

Names of services: etcd1 etcd2 etcd3 postgres1 postgres2 postgres3 haproxy pooler valkey s3 smtp
worker_photos worker_messages worker_webhooks worker_rest beat1 beat2 web1 web2 nginx_figures nginx
(no smtp if EMAIL_URL is given). The nodes have addresses of their own on the loopback, or those of
`machines`.

All addresses are known when the object is created, before anything runs, so that a proxy can be put
between two services: `stack.addresses["valkey"]` is the address on which the service listens, and
with `Stack(folder, between={"valkey": ("127.0.0.1", 7000)})` the application connects to port 7000
instead. `between` accepts pooler (application to pooler), haproxy (pooler to HAProxy), valkey, s3
and smtp. A proxy must listen before `start()`, and must know its target in time: create the stack,
read `addresses`, start the proxy, then start the stack.

`environment={"LOG_LEVEL": "DEBUG"}` adds to the environment of every process of the application;
`stack.log("web1")` is the log file of a service, over all its starts.
"""

from tools.stack.stack import Stack
