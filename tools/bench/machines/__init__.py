"""A trial of deploy/ansible on Debian systems that systemd-nspawn boots."""
