"""Agent runs measured: success, evidence recall, steps."""
