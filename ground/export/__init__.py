"""What other systems and people need of the dictionary: XTCE and the interface document."""
