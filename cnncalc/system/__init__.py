"""What touches the system and the interpreter: files, streams, signals, the garbage collector."""
