"""What all tests share."""

from hypothesis import HealthCheck, settings

# A slow machine is not a wrong answer; speed is measured by `make bench`.
settings.register_profile(
    "patient",
    parent=settings.default,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("patient")


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="write the golden files anew")
