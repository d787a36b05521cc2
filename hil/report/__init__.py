"""What a flown mission looks like to people: its folder read back, drawn, and told on one page."""
