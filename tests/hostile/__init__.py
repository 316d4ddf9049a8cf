"""Hostile input: each ends in its error within two seconds and 200 MB."""
