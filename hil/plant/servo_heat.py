"""Heat in a servo, and what warmth and cold change in it. Two bodies: the winding, and the case with all the rest.

The winding takes the copper loss and passes it to the case; the case takes what rubs in the gearbox and loses heat to
what surrounds it by conduction (there is no air). The winding warms within half a minute, the case within ten.

- Copper: resistance +0.393 % per K (IEC 60028), so a hot motor stalls at less current and torque.
- Magnets: flux -0.11 % per K (NdFeB; data sheets say -0.09 to -0.12), at the temperature of the case.
- Grease: viscous friction in proportion to its base oil's viscosity, by Vogel's law for a synthetic oil (PAO 6: 7800,
  31 and 5.8 mm2/s at -40, 40 and 100 degC, typical data sheet): 13 times at -20 degC, 107 times at -40 degC, an eighth
  at +80 degC what it is at 20 degC. Which grease such servos hold is not published: assumed.
- Coulomb friction: -0.4 % per K; assumed (robot joints change little: Bittencourt et al., LiTH-ISY-R-2948).
"""

from __future__ import annotations

import math
from typing import Any

from hil.plant.compiled import inlined

Record = Any

REFERENCE_C = 20.0
COPPER_PER_K = 0.00393
MAGNET_PER_K = -0.0011
COULOMB_PER_K = -0.004
VOGEL_K, VOGEL_C = 1149.0, 135.0


@inlined
def temper(servo: Record) -> None:
    """Sets what depends on temperature; Vogel's law has no meaning near its pole, so from -100 degC down it stays."""
    grease = math.exp(VOGEL_K / (max(servo.case_c, -100.0) + VOGEL_C) - VOGEL_K / (REFERENCE_C + VOGEL_C))
    servo.winding_ohm = servo.winding_ref_ohm * (1.0 + COPPER_PER_K * (servo.winding_c - REFERENCE_C))
    flux = 1.0 + MAGNET_PER_K * (servo.case_c - REFERENCE_C)
    servo.kt_nm_a = servo.kt_ref_nm_a * flux
    servo.ke_v_s = servo.ke_ref_v_s * flux
    servo.coulomb_nm = servo.coulomb_ref_nm * (1.0 + COULOMB_PER_K * (servo.case_c - REFERENCE_C))
    servo.viscous_nms = servo.viscous_ref_nms * grease
    servo.grease_nms = servo.grease_ref_nms * grease


@inlined
def conduct(servo: Record, winding_w: float, case_w: float, ambient_c: float, dt: float) -> None:
    """Both temperatures after `dt`, far shorter than their time constants, with these losses in winding and case."""
    inner_w = (servo.winding_c - servo.case_c) / servo.winding_k_w
    outer_w = (servo.case_c - ambient_c) / servo.case_k_w
    servo.winding_c += dt * (winding_w - inner_w) / servo.winding_j_k
    servo.case_c += dt * (case_w + inner_w - outer_w) / servo.case_j_k


@inlined
def warm(servo: Record, ambient_c: float, dt: float) -> None:
    """One tick of `dt`, with the losses of the step before it."""
    rate = abs(servo.motor_rad_s)
    copper_w = servo.current_a * servo.current_a * servo.winding_ohm
    conduct(servo, copper_w, (servo.friction + servo.viscous_nms * rate) * rate, ambient_c, dt)
    temper(servo)
