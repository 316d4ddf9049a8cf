"""Cnncalc in a browser, without a server: `python -m tools.playground FOLDER` makes a static page."""
