"""The flywheel: agents run, labels are mined, a ranker is trained, gated, deployed, watched."""
