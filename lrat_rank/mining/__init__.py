"""Mining: graded labels from trajectories, by policies, judges and the intensity of reading."""
