"""A fix for kombu's tracking of unacknowledged messages."""

from collections.abc import Iterator
from contextlib import contextmanager

from kombu.transport import redis


class ReleasingQoS(redis.QoS):
    """Release a message in this process even if its acknowledgement does not reach the broker.

    Kombu keeps such a message among those being processed, so a worker with a prefetch limit of one
    never takes another. The broker delivers the message again after its `visibility_timeout`; tasks
    are safe to repeat.
    """

    def ack(self, delivery_tag) -> None:
        """Acknowledge the message. If that fails, release it here and raise the error."""
        with self._release_on_error(delivery_tag):
            super().ack(delivery_tag)

    def reject(self, delivery_tag, requeue=False) -> None:
        """Reject the message. If that fails, release it here and raise the error."""
        with self._release_on_error(delivery_tag):
            super().reject(delivery_tag, requeue)

    @contextmanager
    def _release_on_error(self, delivery_tag) -> Iterator[None]:
        """Release the message in this process if the block fails, and raise the error."""
        try:
            yield
        except Exception:
            self._quick_ack(delivery_tag)
            raise


def install_releasing_qos() -> None:
    """Use ReleasingQoS in all connections that this process opens from now on."""
    redis.Channel.QoS = ReleasingQoS
