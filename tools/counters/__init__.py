"""What other counters count, recorded for tests/costs."""
