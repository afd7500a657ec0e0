"""What is kept about one person, found by an e-mail address or by their browser."""

from requests_app.your_data.holdings import Holdings, of_address, of_device
from requests_app.your_data.leaving import delete, leave_device

__all__ = ["Holdings", "delete", "leave_device", "of_address", "of_device"]
