"""Debian's coturn with the documented configuration (docs/turnserver.conf), but for the addresses and the secret."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

CONFIGURATION = Path(__file__).resolve().parents[2] / "docs" / "turnserver.conf"
START_SECONDS = 20.0
STOP_SECONDS = 10.0


def written(secret: str, address: str, peers: Sequence[str], ports: tuple[int, int], folder: Path) -> str:
    """Return the documented configuration for a server at `address` that relays to `peers` alone.

    ports: for everything, and for TLS too. folder: where cert.pem and key.pem are, if there are any.
    """
    text = CONFIGURATION.read_text()
    text = re.sub(r"^allowed-peer-ip=.*\n", "", text, flags=re.MULTILINE)
    ours = {
        "listening-port": str(ports[0]),
        "tls-listening-port": str(ports[1]),
        "listening-ip": address,
        "relay-ip": address,
        "static-auth-secret": secret,
        "cert": str(folder / "cert.pem"),
        "pkey": str(folder / "key.pem"),
    }
    for name, value in ours.items():
        text, found = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        if found != 1:
            raise ValueError(f"{CONFIGURATION.name} says {name} {found} times")
    return text + "".join(f"allowed-peer-ip={peer}\n" for peer in peers)


class Coturn:
    """One running server."""

    def __init__(
        self,
        folder: Path,
        secret: str,
        address: str,
        peers: Sequence[str],
        *,
        ports: tuple[int, int] = (3478, 443),
        more: Sequence[str] = (),
    ) -> None:
        self.ports = ports
        self._address = address
        self._folder = folder
        self._file = folder / "turnserver.conf"
        own = [*more, f"pidfile={folder / 'turnserver.pid'}", f"userdb={folder / 'turndb'}", "log-file=stdout"]
        self._file.write_text(written(secret, address, peers, ports, folder) + "\n".join(own) + "\n")
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it listens; raises RuntimeError with its own words when it ends instead."""
        program = shutil.which("turnserver")
        if program is None:
            raise RuntimeError("There is no turnserver. On Debian: apt-get install coturn")
        with self.log.open("wb") as out:
            self._process = await asyncio.create_subprocess_exec(program, "-c", str(self._file), stdout=out, stderr=out)
        async with asyncio.timeout(START_SECONDS):
            while not await self._listens():
                if self._process.returncode is not None:
                    raise RuntimeError(self.log.read_text())
                await asyncio.sleep(0.05)

    @property
    def log(self) -> Path:
        """What it printed."""
        return self._folder / "turnserver.log"

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection(self._address, self.ports[0])
        except OSError:
            return False
        writer.close()
        return True

    async def stop(self) -> None:
        """End it."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
