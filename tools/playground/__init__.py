"""cnncalc in the browser: `make playground`, explained in docs/playground.md."""
