"""What the dialects share: the rules by name, and how a framework states them."""
