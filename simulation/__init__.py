"""Scripted role-plays become two-channel calls with exact ground truth. Needs the extra `simulate`."""
