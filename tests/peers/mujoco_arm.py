"""The plant's arm as MuJoCo has it: built from the same records, moved by an engine that shares no line with ours.

Base at the origin, axes those of LANDER. Upper arm, fore arm and scoop are slender rods along x of their bodies; at
pitch 0 the arm is stretched along x. The sample is a point mass fixed to the scoop, as in `hil.plant.arm`.
"""

from __future__ import annotations

from typing import Any

import mujoco
import numpy as np

THIN = 1e-12  # kg m2: MuJoCo wants some inertia about a rod's own axis

MJCF = """
<mujoco model="arm">
  <compiler angle="radian" inertiafromgeom="false" boundinertia="0" autolimits="false"/>
  <option gravity="{gravity}" timestep="{step_s!r}" integrator="{integrator}">
    <flag contact="disable" constraint="disable"/>
  </option>
  <worldbody>
    <body name="upper">
      <joint name="azimuth" type="hinge" axis="0 0 1" armature="{armature[0]!r}"/>
      <joint name="shoulder" type="hinge" axis="0 -1 0" armature="{armature[1]!r}"/>
      {upper}
      <body name="fore" pos="{l1!r} 0 0">
        <joint name="elbow" type="hinge" axis="0 -1 0" armature="{armature[2]!r}"/>
        {fore}
        <body name="scoop" pos="{l2!r} 0 0">
          <joint name="scoop" type="hinge" axis="0 -1 0" armature="{armature[3]!r}"/>
          {scoop}
          <site name="edge" pos="{l3!r} 0 0"/>
          <body name="sample" pos="{middle!r} 0 {height!r}">
            <inertial pos="0 0 0" mass="{sample!r}" diaginertia="{thin!r} {thin!r} {thin!r}"/>
          </body>
        </body>
      </body>
    </body>
  </worldbody>
</mujoco>
"""


def rod(mass_kg: float, com_m: float, length_m: float) -> str:
    """The inertia of a slender rod along x."""
    about = mass_kg * length_m**2 / 12.0
    return f'<inertial pos="{com_m!r} 0 0" mass="{mass_kg!r}" diaginertia="{THIN!r} {about!r} {about!r}"/>'


def build(
    arm: Any,
    gravity_m_s2: tuple[float, float, float],
    *,
    sample_kg: float = 1e-9,
    height_m: float = 0.0,
    armature: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0),
    step_s: float = 1e-3,
    integrator: str = "RK4",
) -> Any:
    """An `mjModel` of the arm in a plant's `ARM` record `arm`; `sample_kg` lies `height_m` above the scoop's floor."""
    value = {name: float(arm[name]) for name in arm.dtype.names}
    bodies = {
        name: rod(value[f"m{i}"], value[f"p{i}"] / value[f"m{i}"], value[f"l{i}"])
        for i, name in enumerate(("upper", "fore", "scoop"), start=1)
    }
    text = MJCF.format(
        gravity=" ".join(repr(float(g)) for g in gravity_m_s2), step_s=step_s, integrator=integrator, thin=THIN,
        l1=value["l1"], l2=value["l2"], l3=value["l3"], middle=0.5 * value["l3"], height=-height_m, sample=sample_kg,
        armature=tuple(float(inertia) for inertia in armature), **bodies,
    )  # fmt: skip
    return mujoco.MjModel.from_xml_string(text)


def load(model: Any, sample_kg: float, height_m: float) -> None:
    """Changes the sample of a model that has been built."""
    body = model.body("sample").id
    model.body_mass[body] = max(sample_kg, 1e-9)
    model.body_pos[body, 2] = -height_m


def push(model: Any, data: Any, azimuth: float, radial: float, across: float, up: float, pitching: float) -> np.ndarray:
    """Joint torques of a wrench on the scoop: along r and z at its joint, along t at its edge, moment pitching it up.

    `data` must have been brought to its positions (`mj_kinematics`, `mj_comPos`).
    """
    c, s = np.cos(azimuth), np.sin(azimuth)
    body, torques = model.body("scoop").id, np.zeros(model.nv)
    plane = np.array([radial * c, radial * s, up])
    moment = pitching * np.array([s, -c, 0.0])
    mujoco.mj_applyFT(model, data, plane, moment, data.xpos[body], body, torques)
    sideways = across * np.array([-s, c, 0.0])
    mujoco.mj_applyFT(model, data, sideways, np.zeros(3), data.site("edge").xpos, body, torques)
    return torques
