"""Logs that are text: steps after labels, or tags around what is meant."""
