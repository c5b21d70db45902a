"""Losses: pure functions of scores and gains, one signature for all."""
