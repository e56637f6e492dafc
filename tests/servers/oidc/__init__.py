# SPDX-License-Identifier: AGPL-3.0-or-later
"""An OpenID Connect provider as a child process, in the profile of FranceConnect, honest or not (provider.mjs)."""

import json
import re
import shutil
import subprocess
import tempfile
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

from tests.servers.process import ServerMissing, answers, end, free_port, wait_until

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
CLIENT_ID, SECRET = "portail-de-la-ville", "secret-du-portail"
_TARGET = re.compile(r'action="([^"]+)"')
_HIDDEN = re.compile(r'name="(xsrf)" value="([^"]+)"')


class Provider:
    """One provider. `restart` gives it other keys on the same port; `control` changes what it answers next."""

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="civic-oidc-")
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.child: subprocess.Popen | None = None

    def start(self) -> "Provider":
        """Start it and wait until it answers. Raises ServerMissing when Node or the package is absent."""
        node = shutil.which("node")
        if node is None or not (ROOT / "node_modules" / "oidc-provider").is_dir():
            raise ServerMissing("Node.js or the npm package oidc-provider is missing: run `make setup-tests`")
        log = Path(self._temporary.name) / "log"
        with log.open("ab") as output:
            self.child = subprocess.Popen(
                [node, str(HERE / "provider.mjs"), str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_until(lambda: answers(self.port), self.child, log)
        return self

    def restart(self) -> None:
        """The same address with other keys."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """Stop it: nothing answers any more."""
        if self.child is not None:
            end(self.child)

    def remove(self) -> None:
        """Stop it and delete its folder."""
        self.stop()
        self._temporary.cleanup()

    def control(self, **change: Any) -> None:
        """What is not named is right again."""
        request = urllib.request.Request(f"{self.issuer}/control", json.dumps(change).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10):
            pass

    def table(self, name: str = "franceconnect", label: str = "FranceConnect", **values: str | bool | list[str]) -> str:
        """Its table for `civic.toml`; the secret goes in the file that it names, or in the environment."""
        settings = {
            "label": label,
            "issuer": self.issuer,
            "client_id": CLIENT_ID,
            "client_secret_file": f"{name}.secret",
            "scopes": ["openid", "given_name", "family_name", "preferred_username", "birthdate", "email"],
            "acr_values": ["eidas1"],
            "proves_identity": True,
            "help_url": "https://franceconnect.example/",
        } | values
        lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
        return "\n".join([f"\n[providers.{name}]", *lines, ""])


class Person:
    """Someone's browser at the provider: its cookies stay from one sign-in to the next."""

    def __init__(self) -> None:
        self.http = requests.Session()

    def authorize(self, url: str, who: str = "angela") -> str:
        """Go where the portal sends, choose who one is (empty: give up); gives the address to come back to."""
        answer = self._follow(self.http.get(url, allow_redirects=False))
        if isinstance(answer, str):
            return answer
        there = urljoin(answer.url, _TARGET.search(answer.text)[1]) if _TARGET.search(answer.text) else answer.url
        back = self._follow(self.http.post(there, data={"who": who}, allow_redirects=False))
        assert isinstance(back, str), back.text
        return back

    def sign_out(self, url: str) -> str:
        """Confirm on the provider's page; gives the address to come back to."""
        page = self._follow(self.http.get(url, allow_redirects=False))
        assert not isinstance(page, str)
        there = urljoin(page.url, _TARGET.search(page.text)[1])
        form = {**dict(_HIDDEN.findall(page.text)), "logout": "yes"}
        back = self._follow(self.http.post(there, data=form, allow_redirects=False))
        assert isinstance(back, str), back.text
        return back

    def _follow(self, answer: requests.Response) -> requests.Response | str:
        """The page at the end of the provider's own redirects, or the address outside it."""
        here = answer.url.split("/", 3)[2]
        while answer.is_redirect:
            target = urljoin(answer.url, answer.headers["Location"])
            if target.split("/", 3)[2] != here:
                return target
            answer = self.http.get(target, allow_redirects=False)
        assert answer.ok, answer.text
        return answer


def write_tables(instance: Path, *tables: str) -> None:
    """Add providers to an instance, with their secrets in files of mode 0600."""
    file = instance / "civic.toml"
    file.write_text(file.read_text(encoding="utf-8") + "".join(tables), encoding="utf-8")
    for name in re.findall(r"\[providers\.(\w+)\]", "".join(tables)):
        secret = instance / f"{name}.secret"
        secret.touch(mode=0o600)
        secret.write_text(f"{SECRET}\n", encoding="utf-8")
