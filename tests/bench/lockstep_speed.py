"""How much faster than real time a whole mission flies in lockstep, bytes at both ends, on one core."""

from hil.lockstep import Lockstep

REQUIRED = 30
AIM = 100
SEEDS = range(1, 6)


def main() -> None:
    ratios = []
    for seed in SEEDS:
        with Lockstep("m1_lander", seed) as mission:
            for _ in mission.run():
                pass
            result = mission.result()
        ratios.append(result.sim_s / result.wall_s)
        print(
            f"seed {seed}: {result.result}, {result.sim_s:.0f} s in {result.wall_s:.2f} s, {ratios[-1]:.0f} x real time"
        )
    median = sorted(ratios)[len(ratios) // 2]
    for name, least in (("required", REQUIRED), ("aim", AIM)):
        print(f"median {median:.0f} x real time; {name} {least} x: {'met' if median >= least else 'missed'}")


if __name__ == "__main__":
    main()
