"""Points the integration suite of ksef2 at the sandbox, and hands it invoices."""

import json
import os
from datetime import datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from documents import document
from ksef2.config import Environment

Environment.TEST._value_ = json.loads(Path(os.environ["SERVED"]).read_text())["http"]

numbers = count(1)


def pytest_runtest_setup() -> None:
    """Write another invoice for every test: all of them send the same file, and the second time it is a duplicate."""
    invoice = document(
        os.environ["KSEF2_TEST_INVOICE_SELLER_NIP"],
        os.environ["KSEF2_TEST_INVOICE_BUYER_NIP"],
        f"FV/{next(numbers)}",
        datetime.now(ZoneInfo("Europe/Warsaw")).date(),
    )
    Path(os.environ["KSEF2_TEST_INVOICE_XML"]).write_bytes(invoice)
