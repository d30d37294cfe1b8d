"""Measures the clocks with real processes. `python -m bench.clocks`; its last line is one JSON object."""
