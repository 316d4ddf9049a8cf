"""What a network costs: MACs as others count them, memory by liveness, training, and what fits."""
