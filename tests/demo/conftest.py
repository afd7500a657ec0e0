from importlib import import_module

import pytest


@pytest.fixture
def demo_mode(settings):
    """Add the settings of the demo, which other tests do not use, and return the settings."""
    import_module(
        settings.ROOT_URLCONF
    )  # import the URLconf once without the demo, because it is cached afterwards
    settings.DEMO_MODE = True
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "tools.demo"]
    settings.ROOT_URLCONF = "tests.demo.urls"
    return settings
