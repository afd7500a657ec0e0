"""A trial of deploy/ansible on Debian roots with systemd, which systemd-nspawn boots."""
