"""Evaluation: measures, tests of significance, replay, simulation and reports."""
