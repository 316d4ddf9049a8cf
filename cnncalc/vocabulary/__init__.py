"""Words for layers that are no dialects: one file for each place that they come from."""
