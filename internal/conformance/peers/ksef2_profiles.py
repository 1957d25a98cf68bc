"""The Python SDK `ksef2` and `ksef` share one file of profiles.

    ksef2_profiles.py KSEF

KSEF is the program.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ksef2.profiles import (
    ProfileConfig,
    ProfileStore,
    TestCertificateProfileAuth,
    TokenProfileAuth,
    XadesP12ProfileAuth,
    default_profile_config_path,
)
from steps import equal, run, step


@dataclass(frozen=True)
class Place:
    """A user's directory, and the program."""

    program: str
    home: Path

    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "LANG": "C",
            "PATH": os.environ["PATH"],
        }

    def store(self) -> ProfileStore:
        return ProfileStore(default_profile_config_path(self.environment()))

    def ksef(self, *arguments: str) -> str:
        done = subprocess.run(
            [self.program, *arguments],
            env=self.environment(),
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise AssertionError(f"ksef {' '.join(arguments)}: {done.returncode}: {done.stderr}")
        return done.stdout


@step("ksef2 reads what ksef writes: every method, names and kinds of contexts")
def written_by_us(box: Place) -> None:
    (box.home / "seal.p12").touch()
    box.ksef("profile", "create", 'Zażółć "1"', "--env", "test", "--nip", "5261040828", "--test-cert")
    box.ksef(
        "profile", "create", "unit", "--env", "production", "--nip", "5261040828-00002",
        "--context-type", "internal_id", "--token-env", "UNIT_TOKEN",
    )  # fmt: skip
    box.ksef(
        "profile", "create", "seal", "--env", "demo", "--nip", "5265877635",
        "--p12", "seal.p12", "--password-env", "SEAL", "--no-activate",
    )  # fmt: skip
    profiles = box.store().list()
    equal(sorted(profiles), ['Zażółć "1"', "seal", "unit"], "names")
    equal(profiles['Zażółć "1"'].auth.type.value, "test_certificate", "method")
    unit = profiles["unit"]
    equal((unit.environment.value, unit.nip), ("production", "5261040828-00002"), "of the unit")
    equal((unit.auth.token_env, unit.auth.context_type), ("UNIT_TOKEN", "internal_id"), "proof of the unit")
    equal(profiles["seal"].auth.p12, (box.home / "seal.p12").resolve(), "file of the seal")
    equal(profiles["seal"].auth.p12_password_env, "SEAL", "password of the seal")
    current = box.store().current()
    equal(current and current[0], "unit", "active profile")


@step("ksef reads what ksef2 writes, and writes into it")
def written_by_them(box: Place) -> None:
    store = box.store()
    token, p12, test = TokenProfileAuth(token_env="T"), XadesP12ProfileAuth(p12="~/x.p12"), TestCertificateProfileAuth()
    store.save("token", ProfileConfig(environment="demo", nip="5265877635", auth=token, poll_interval=0.5))
    store.save("p12", ProfileConfig(environment="test", nip="5261040828", auth=p12), activate=False)
    store.save("test", ProfileConfig(environment="test", nip="5261040828", auth=test), activate=False)
    shown = json.loads(box.ksef("profile", "show", "--json"))
    equal([shown[k] for k in ("name", "environment", "tokenEnv", "active")], ["token", "demo", "T", True], "shown")
    box.ksef("profile", "use", "p12")
    box.ksef("profile", "delete", "test")
    names = {p["name"] for p in json.loads(box.ksef("profile", "list", "--json"))}
    equal(names, set(store.list()), "names")
    equal("test" in names, False, "the deleted one is there")
    current = store.current()
    equal(current and current[0], "p12", "active profile")
    equal(store.get("token").poll_interval, 0.5, "what ksef has no use for")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        sys.exit(run(Place(sys.argv[1], Path(home))))
