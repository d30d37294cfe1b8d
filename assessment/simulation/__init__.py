"""A district at work for some weeks, made up from a seed: for demonstrations, tests and benchmarks."""
