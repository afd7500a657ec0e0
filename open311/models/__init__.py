from open311.models.remote_photo import RemotePhoto

__all__ = ["RemotePhoto"]
