"""Statistics over queries: intervals, paired tests, corrections, effects, comparisons."""
