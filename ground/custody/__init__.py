"""The buyer's side of custody: a key, and what is signed with it to take a sample over or to let it be moved."""
