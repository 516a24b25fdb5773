"""`rapport simulate`: a scripted role-play becomes a call with its truth."""

from pathlib import Path

from rich.console import Console

from flows.errors import UsageError


def simulate_script(script: Path, out: Path) -> None:
    """Render the call and print where it lies. Raises UsageError for a script or voices that cannot be used."""
    try:
        from simulation.errors import SimulationError
        from simulation.render import simulate
    except ModuleNotFoundError as error:
        raise UsageError(f'{error.name} is not installed; the voices come with: pip install "rapport[simulate]"') from error
    try:
        path = simulate(script, out)
    except SimulationError as error:
        raise UsageError(str(error)) from error
    except OSError as error:
        raise UsageError(f"{error.filename or script}: {error.strerror or error}") from error
    Console().print(f"Wrote {path}, its truth and its metadata beside it.", soft_wrap=True, highlight=False)
