"""The Python SDK `ksef2` as a peer of `ksef sandbox serve`: authentication.

    ksef2_authentication.py SERVED

SERVED is the file with what `ksef sandbox serve --json` printed. The names of
the SDK's authentication page are used as that page has them; ksef2 1.1 calls
some of them deprecated and offers others, which are used beside them.
"""

import sys
import warnings

import ksef2
import ksef2_logins  # noqa: F401  importing registers the steps, in this order
import ksef2_sessions  # noqa: F401
import ksef2_refusals  # noqa: F401
import ksef2_transports  # noqa: F401
from place import Sandbox
from steps import equal, run, step


@step("the sandbox never failed, and knew everything it was asked for")
def log(box: Sandbox) -> None:
    equal(box.strange_answers(200, 202, 204, 400, 401, 403, 429), [], "requests without a proper answer")


if __name__ == "__main__":
    # Names that 1.1 deprecates are used on purpose.
    warnings.simplefilter("ignore", DeprecationWarning)
    print(f"ksef2 {ksef2.__version__} on Python {sys.version.split()[0]}")
    sys.exit(run(Sandbox.served(sys.argv[1])))
