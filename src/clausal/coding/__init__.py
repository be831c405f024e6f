"""From nerves treated to codes and units; conflicts between coding sources; safety screening."""
