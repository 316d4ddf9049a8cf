"""What several kinds of layer have in common."""
