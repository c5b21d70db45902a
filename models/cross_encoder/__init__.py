"""The cross-encoder: one transformer that reads query and document together."""
