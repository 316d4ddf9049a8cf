"""A browser that does what a test says: a process of Node with Playwright, asked line by line."""

import json
import subprocess
from pathlib import Path

DRIVER = Path(__file__).parent / "browser" / "drive.mjs"


class Browser:
    """One browser with one page open; every action of `drive.mjs` is a method."""

    def __init__(self, node, packages, program):
        command = [node, str(DRIVER), str(packages), program]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def __getattr__(self, action):
        def act(**given):
            self.process.stdin.write(json.dumps({"action": action, **given}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
            assert line, "the browser has ended"
            told = json.loads(line)
            if "failed" in told:
                raise AssertionError(f"{action} {given}: {told['failed']}")
            return told["answer"]

        return act

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()
