"""The site of the docs, made by Sphinx: no link leads nowhere, and nothing is loaded from elsewhere."""

import re
import subprocess
import sys

import pytest

from tools.playground import measuring
from tools.site import __main__ as site

from .conftest import ROOT, one_at_a_time


@pytest.fixture(scope="module")
def sphinx(request):
    """The Python that has Sphinx, in the versions of its lock."""
    folder = request.config.cache.mkdir("sphinx")
    lock = (ROOT / "tools/site/requirements.txt").read_text(encoding="utf-8")
    python, done = folder / "bin/python", folder / "installed.txt"
    with one_at_a_time(folder.with_suffix(".lock")), pytest.MonkeyPatch.context() as patch:
        for name in ("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT"):
            patch.delenv(name, raising=False)
        if not done.exists() or done.read_text(encoding="utf-8") != lock:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
            pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]
            ran = subprocess.run([*pip, str(ROOT / "tools/site/requirements.txt")], check=False, capture_output=True, text=True)
            if ran.returncode:
                pytest.skip(f"pip cannot install Sphinx: {ran.stderr.strip()[-200:]}")
            done.write_text(lock, encoding="utf-8")
    return str(python)


def test_the_site_is_whole_and_loads_nothing_from_elsewhere(sphinx, browser, tmp_path):
    site.build(sphinx, tmp_path)  # a link that leads nowhere is an error
    loaded = r"<(?:script|img|iframe|link rel=\"(?:stylesheet|preload|icon)\")[^>]*(?:src|href)=\"((?:https?:)?//[^\"]*)"
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > 25
    assert [found for page in pages for found in re.findall(loaded, page.read_text(encoding="utf-8"))] == []
    with measuring.served(tmp_path) as address:
        for page in ("index.html", "docs/first-steps.html", "docs/words.html"):
            browser.open(url=address + page, width=390, scheme="dark")
            assert [line for line in browser.heard() if not line.startswith(f"request: {address}")] == []
            assert browser.run(script="document.documentElement.scrollWidth") == 390
            assert browser.faults() == []
