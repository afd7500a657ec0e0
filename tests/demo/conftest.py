from importlib import import_module

import pytest


@pytest.fixture
def demo_mode(settings):
    """Add the settings of a demo, which other tests do without."""
    import_module(
        settings.ROOT_URLCONF
    )  # once, and as it is without a demo: it is never read again
    settings.DEMO_MODE = True
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "tools.demo"]
    settings.ROOT_URLCONF = "tests.demo.urls"
    return settings
