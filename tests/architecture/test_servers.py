"""The servers of the tests do not take one another's ports."""

import json
import pathlib
import subprocess
import sys

from servers import free_port

PORTS = 100


def test_a_port_is_none_that_the_kernel_gives_to_a_client():
    first, last = map(int, pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    assert not [port for port in (free_port() for _ in range(PORTS)) if first <= port <= last]


def test_a_port_whose_server_has_not_started_is_given_to_nobody_else():
    mine = [free_port() for _ in range(PORTS)]
    assert len(set(mine)) == PORTS
    other = subprocess.run([sys.executable, "-c", f"import servers; print([servers.free_port({mine[0]}) for _ in range({PORTS})])"],
                           capture_output=True, text=True, check=True)
    assert not set(mine) & set(json.loads(other.stdout))
