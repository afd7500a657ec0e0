"""The type of texts that may be translated only when they are shown."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# What gettext and gettext_lazy return.
type LazyText = str | _StrPromise
