"""The quality of labels: merging, splitting and checking labelled-list files."""
