"""A layout in layers, from top to bottom: ranks, orders, places and wires. It knows nothing of networks."""
