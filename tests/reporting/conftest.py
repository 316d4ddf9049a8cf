"""What the tests of the page's scripts share: Node.js, which runs them."""

import json
import shutil
import subprocess

import pytest

from cnncalc.reporting.page import asset


@pytest.fixture(scope="session")
def run_scripts():
    """`run_scripts(names, driver, given)`: what a driver behind scripts of the page makes of `given`.

    The driver is the body of a function of `given` that returns something for JSON.
    """
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")

    def run(names, driver, given):
        scripts = "\n".join(asset(f"{name}.js") for name in names)
        called = f"console.log(JSON.stringify(((given) => {{\n{driver}\n}})(JSON.parse(require('fs').readFileSync(0, 'utf8')))));"
        done = subprocess.run([node, "-e", f"{scripts}\n{called}"], input=json.dumps(given), capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    return run
