"""What decision tables say as a whole: the space of cases, regions of it, differences between tables, checks."""
