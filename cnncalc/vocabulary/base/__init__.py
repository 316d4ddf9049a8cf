"""What vocabularies share."""
