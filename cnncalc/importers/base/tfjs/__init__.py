"""Graph models of TensorFlow.js: their JSON, their weights beside it, and TensorFlow's operators."""
