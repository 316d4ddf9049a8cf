"""Pictures of networks: what is drawn, where it lies, and how each kind of file has it."""
