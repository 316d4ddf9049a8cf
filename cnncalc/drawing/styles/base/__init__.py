"""What styles share."""
