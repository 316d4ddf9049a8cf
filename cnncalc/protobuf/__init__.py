"""The wire format of protobuf as far as reading and writing share it, and the numbers of ONNX's fields.

A message is a row of fields; each begins with its number and one of four forms.

Source: "Encoding", the documentation of protocol buffers.
"""

VARINT, EIGHT, BYTES, FOUR = 0, 1, 2, 5
"""The forms of a field."""
