"""Claim files worked through beside the answers: who takes a job, how it is worked at, what its results are."""
