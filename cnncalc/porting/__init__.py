"""What a network becomes in other frameworks and runtimes."""
