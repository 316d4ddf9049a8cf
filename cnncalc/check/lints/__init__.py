"""What a careful reviewer would raise: one lint per file, each giving warnings or notes."""
