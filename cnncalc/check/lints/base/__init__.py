"""What lints share."""
