"""How the files of ONNX are read: their messages, the constants in them, and what their operators mean."""
