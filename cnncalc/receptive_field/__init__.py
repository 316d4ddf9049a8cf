"""Receptive fields over a network: size-free, per unit, and what follows from them."""
