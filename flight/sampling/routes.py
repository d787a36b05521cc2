"""Which step of the sampling sequence follows on which, and what a step that failed means for the next."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flight.icd.modes import Phase, StepFailure

COLLECTION: Mapping[Phase, Phase] = MappingProxyType(
    {
        Phase.PICTURE_BEFORE: Phase.UNSTOW,
        Phase.UNSTOW: Phase.TARE,
        Phase.TARE: Phase.APPROACH,
        Phase.APPROACH: Phase.FIND_SURFACE,
        Phase.FIND_SURFACE: Phase.DIG,
        Phase.DIG: Phase.PICTURE_COLLECTION,
        Phase.PICTURE_COLLECTION: Phase.LIFT,
        Phase.LIFT: Phase.WEIGH,
        Phase.WEIGH: Phase.PICTURE_MATERIAL,
        Phase.PICTURE_MATERIAL: Phase.STOW,
        Phase.STOW: Phase.CONFIRM,
        Phase.CONFIRM: Phase.PICTURE_AFTER,
        Phase.PICTURE_AFTER: Phase.DONE,
        Phase.SHAKE: Phase.WEIGH,
    }
)
"""What follows on a step of a collection that goes well."""
ROUTES: Mapping[Phase, tuple[Phase, ...]] = MappingProxyType(
    {
        Phase.FIND_SURFACE: (Phase.UNSTOW, Phase.APPROACH, Phase.FIND_SURFACE),
        Phase.STOW: (Phase.STOW,),
        Phase.POUR: (Phase.UNSTOW, Phase.POUR),
        Phase.UNSTOW: (Phase.UNSTOW,),
        Phase.TARE: (Phase.UNSTOW, Phase.TARE),
        Phase.WEIGH: (Phase.LIFT, Phase.WEIGH),
        Phase.GO_TO: (Phase.GO_TO,),
        Phase.DIG_LINEAR: (Phase.DIG_LINEAR,),
        Phase.DIG_ARC: (Phase.DIG_ARC,),
        Phase.SCRAPE: (Phase.SCRAPE,),
        Phase.VIBRATE: (Phase.VIBRATE,),
    }
)
"""The steps that lead to one that is all there is to do."""
CUTS = frozenset({Phase.DIG_LINEAR, Phase.DIG_ARC, Phase.SCRAPE})
"""Passes by telecommand: one that fails is not made again, and ends with the scoop lifted out of the soil."""
COMMANDED = CUTS | {Phase.GO_TO, Phase.VIBRATE}
"""Steps that do what a telecommand said: after a restart nobody knows that any more."""
AT_SITE = frozenset({Phase.APPROACH, Phase.FIND_SURFACE, Phase.DIG})
"""Steps that may go better at another site."""
NEXT_SITE = frozenset({StepFailure.NO_CONTACT, StepFailure.UNREACHABLE, StepFailure.SUNK})
"""Failures that trying again at the same site can't help."""
AGAINST_TARE = frozenset({Phase.APPROACH, Phase.PICTURE_COLLECTION, Phase.LIFT})
"""Where a sequence goes on after a restart with what may be soil in the scoop: useless without a tare."""
LADEN = frozenset({Phase.DIG, Phase.PICTURE_COLLECTION, Phase.LIFT, Phase.WEIGH, Phase.SHAKE, Phase.PICTURE_MATERIAL})
"""The steps at which a dig may have left soil in the scoop that is not weighed yet, or not enough of it."""
STOWED = frozenset({Phase.STOW, Phase.CONFIRM, Phase.PICTURE_AFTER})
"""The steps at which the sample is on its way to the stow, or there."""
