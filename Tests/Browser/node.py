"""A node of the real program for the tests: start, kill, start again."""

import http.client
import os
import pathlib
import signal
import socket
import subprocess
import time

PROGRAM = os.environ["VESTHUB"]
# A debug build under load needs so long at most.
START_SECONDS = 30


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Node:
    """The hub of a region, which has a desk like every node."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            [PROGRAM, "hub", "--data", str(self.folder / "data"),
             "--listen", f"127.0.0.1:{self.port}"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                if self.get("/healthz")[0] == 200:
                    return
            except OSError:
                pass
        raise RuntimeError("the node does not start: " + (self.folder / "log").read_text())

    def kill(self):
        """As a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def command(self, *words, typed=None):
        """The output of a command of the program on this node's data."""
        done = subprocess.run(
            [PROGRAM, *words, "--data", str(self.folder / "data")],
            check=True, capture_output=True, text=True, input=typed)
        return done.stdout.strip()
