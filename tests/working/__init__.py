"""Tests of numbers that remember."""
