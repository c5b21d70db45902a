"""Scores as probabilities: what share of documents with such a score an agent finds relevant."""
