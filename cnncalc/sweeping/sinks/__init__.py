"""How rows are written: one format a file.

One has the `head` of a file and the `line` of a row, as text; or it is made when all rows are known,
which wait in the format `WAITS_AS`: it has `check`, `write` and `read_digest`.
"""
