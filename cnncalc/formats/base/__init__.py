"""What formats share: lines of a width, manuals and workings for terminals."""
