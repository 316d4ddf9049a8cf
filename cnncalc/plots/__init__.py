"""Pictures of what analyzers find, one per file, named like the analyzer.

A picture is a module with `draw(network, **options) -> Figure`. Its options are keywords: those that
the analyzer has too are given to both, those of its own are annotated as an analyzer's are. The
command line gives the analyzer `--plot FILE` and the picture's own options; `cnncalc.plot` is the
same in Python. Writing the file is `cnncalc.plots.base.plot`'s business, the look `cnncalc.plots.base`'s.
"""
