"""What the counters share: how one counts, and the totals of all of them in a table."""
