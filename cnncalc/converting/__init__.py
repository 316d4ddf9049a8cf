"""A network back to a spec that a person might have written: blocks for what recurs, defaults, repetitions."""
