import pytest


@pytest.fixture
def demo_mode(settings):
    """The settings of a demo, which the tests otherwise do without."""
    settings.DEMO_MODE = True
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "santa311.demo"]
    settings.ROOT_URLCONF = "tests.demo.urls"
    return settings
