"""Networks as Ultralytics writes them down: its modules, of what is published and measured."""
