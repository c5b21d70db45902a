"""Replay: what a ranker would have done with the lists that agents were shown."""
