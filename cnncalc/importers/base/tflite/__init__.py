"""What is read of TFLite files: the schema, and what its operators are in a spec."""
