"""Graphs of PyTorch, as `torch.export` gives them: read from live modules and from files alike."""
