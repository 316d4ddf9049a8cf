"""What the claims share: how their numbers are told."""
