"""What Medicare pays: pricing by column, and what falls to the patient."""
