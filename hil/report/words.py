"""The words of the page: what phases, states and platforms are to someone who sees them for the first time."""

from __future__ import annotations

PHASES = {
    "UNSTOW": ("Unfold", "out of the place where it was held for launch and landing"),
    "PICTURE_BEFORE": ("Picture: before", "the untouched site"),
    "TARE": ("Tare", "weigh the empty scoop, which is taken off later"),
    "APPROACH": ("Approach", "to just above the ground"),
    "FIND_SURFACE": ("Find the surface", "down until the ground is felt"),
    "DIG": ("Dig", "through the soil, shallower when it resists"),
    "SCRAPE": ("Scrape", "a thin layer off the ground"),
    "PICTURE_COLLECTION": ("Picture: collection", "the scoop where it has dug"),
    "LIFT": ("Lift", "out of the ground, level"),
    "SHAKE": ("Shake", "off what is too much"),
    "WEIGH": ("Weigh", "at rest, in the pose of the tare"),
    "CONFIRM": ("Weigh again", "stowed, to confirm"),
    "PICTURE_MATERIAL": ("Picture: material", "what is in the scoop"),
    "POUR": ("Pour out", "what is more than the buyer takes"),
    "STOW": ("Secure", "the scoop level and out of the way"),
    "PICTURE_AFTER": ("Picture: after", "the site as it is left"),
}
"""Name and meaning of each phase."""

PICTURES = {
    "before": ("Before", "The untouched site."),
    "collection": ("Collection", "The scoop where it has just dug."),
    "material": ("Material", "What is in the scoop."),
    "after": ("After", "The site as it is left."),
    "extra": ("Extra", "Asked for by the ground."),
}
"""Title and caption of each kind of picture."""

CUSTODY = {
    "NONE": "no sample that counts",
    "COLLECTED": "enough is proven to be in the scoop",
    "EVIDENCED": "the ground holds the whole evidence",
    "OFFERED": "offered to the buyer, in place",
    "TRANSFERRED": "the buyer's property; nothing moves it",
    "RELEASED": "the buyer's property, which may be moved",
}
"""What each state of custody says."""

PLATFORMS = {
    "lander_arm": ("The lander's arm", "Four joints on a lander's deck draw a scoop through the soil."),
    "rover": (
        "The rover",
        "A 5 kg rover lets its scoop down and creeps forward; what it can push limits how deep it digs.",
    ),
}
"""Title and description of each kind of platform."""


def phase_words(phase: str) -> tuple[str, str]:
    """Name and meaning of a phase; one that has none here is called by its name."""
    return PHASES.get(phase, (phase.lower().replace("_", " ").capitalize(), ""))


def picture_words(kind: str) -> tuple[str, str]:
    """Title and caption of a kind of picture."""
    return PICTURES.get(kind, (kind.capitalize(), ""))
