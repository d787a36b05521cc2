"""Custody of the sample: its states, what they forbid, and what is kept of them."""
