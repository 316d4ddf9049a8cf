"""The panels of the page, one per file: `data(subject)` is what the script of that name draws.

It is plain data for JSON, or None where there is nothing to show.
"""
