"""What a network is held against: one kind of check per file, each giving diagnostics."""
