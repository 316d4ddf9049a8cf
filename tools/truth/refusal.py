"""What a framework raises, as an answer."""

from __future__ import annotations


def refusal(error: Exception, stage: str) -> dict[str, str]:
    """The kind and the beginning of its message; `stage` is where it was raised."""
    # Keras prints sets of words, whose order changes from run to run.
    text = " ".join(str(error).split()).partition("{")[0][:120]
    return {"error": f"{type(error).__name__}: {text}", "stage": stage}
