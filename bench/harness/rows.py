"""What every bench is told, and what it returns."""
import dataclasses
import pathlib


@dataclasses.dataclass
class row:
    name: str
    unit: str
    values: list
    baselines: list = None        # measured beside it
    baseline_name: str = ""
    ratio_max: float = None       # limit of value / baseline, from the targets
    value_max: float = None       # limit of the value itself
    compared: bool = False        # with the stored ratio: a regression fails
    details: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class plan:
    build: pathlib.Path
    runs: int
    seconds: float
    seed: int

    def program(self, name: str) -> pathlib.Path:
        return self.build / "bench" / f"bench_{name}"
