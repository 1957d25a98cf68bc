"""The Python SDK `ksef2` as a peer of `ksef sandbox serve`: sending.

    ksef2_sending.py SERVED

SERVED is the file with what `ksef sandbox serve --json` printed.
"""

import sys
import warnings
from datetime import timedelta

import ksef2
import ksef2_online  # noqa: F401  importing registers the steps, in this order
import ksef2_receipts  # noqa: F401
import ksef2_rejections  # noqa: F401
import ksef2_batches  # noqa: F401
import ksef2_bad_batches  # noqa: F401
import ksef2_access  # noqa: F401
from place import Sandbox
from receipts import absent_judges
from steps import equal, run, step


@step("the sandbox never failed, and knew everything it was asked for")
def log(box: Sandbox) -> None:
    equal(box.strange_answers(200, 201, 202, 204, 400, 401, 403, 429), [], "requests without a proper answer")


def wait_for_morning(box: Sandbox) -> None:
    """Put the sandbox's clock to an hour in which the day is the same in Warsaw, and stays so for a while."""
    now = box.now()
    morning = now.replace(hour=6, minute=0, second=0, microsecond=0)
    if now >= morning:
        morning += timedelta(days=1)
    box.control("POST", "/advance", {"by": f"{(morning - now).total_seconds():.3f}s"})


if __name__ == "__main__":
    # Names that 1.1 deprecates are used on purpose.
    warnings.simplefilter("ignore", DeprecationWarning)
    print(f"ksef2 {ksef2.__version__} on Python {sys.version.split()[0]}")
    for absent in absent_judges():
        print(f"SKIPPED: a judge of receipts: {absent}")
    sandbox = Sandbox.served(sys.argv[1])
    wait_for_morning(sandbox)
    sys.exit(run(sandbox))
