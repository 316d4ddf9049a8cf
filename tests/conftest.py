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


# Much repeated work on few lines: measuring which lines run would cost more than the tests do.
_UNMEASURED = ("tests/conformance/", "tests/zoo/test_layers", "tests/fields/test_truth", "tests/fields/test_tables",
               "tests/fields/test_oracle", "tests/test_fuzz", "tests/costs/test_liveness", "tests/check/test_update")  # fmt: skip


def pytest_collection_modifyitems(items):
    for item in items:
        if item.nodeid.startswith(_UNMEASURED) and item.config.pluginmanager.has_plugin("pytest_cov"):
            item.add_marker("no_cover")
