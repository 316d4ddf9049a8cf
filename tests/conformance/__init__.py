"""What Keras and PyTorch answered, replayed: every case is stated as a spec and must agree."""
