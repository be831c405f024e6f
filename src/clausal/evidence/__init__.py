"""Studies and trials of a policy, and checks of their arithmetic."""
