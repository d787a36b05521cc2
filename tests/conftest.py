"""What holds for all tests: how long an example of a property takes on a busy machine says nothing about it."""

from hypothesis import settings

settings.register_profile("saji", deadline=None)
settings.load_profile("saji")
