"""The messages that a worker has from the broker and has not acknowledged yet."""

from collections.abc import Iterator
from contextlib import contextmanager

from kombu.transport import redis


class Held(redis.QoS):
    """Lets go of a message also where the broker does not hear that it is done.

    Kombu's own keeps such a message among those that are worked on, Celery writes a line about it,
    and a worker that may hold one takes none ever again. The broker gives it out once more after
    its `visibility_timeout`: tasks are safe to repeat.
    """

    def ack(self, delivery_tag) -> None:
        with self._let_go(delivery_tag):
            super().ack(delivery_tag)

    def reject(self, delivery_tag, requeue=False) -> None:
        with self._let_go(delivery_tag):
            super().reject(delivery_tag, requeue)

    @contextmanager
    def _let_go(self, delivery_tag) -> Iterator[None]:
        try:
            yield
        except Exception:
            self._quick_ack(delivery_tag)
            raise


def use() -> None:
    """In every connection that this process opens from now on."""
    redis.Channel.QoS = Held
