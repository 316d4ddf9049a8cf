"""Pure integer mathematics along one axis: no YAML, no layers."""
