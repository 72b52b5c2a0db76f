"""Measures retrieval, answers, speed and crash safety: `python -m eval COMMAND …`. Imported by nothing."""
