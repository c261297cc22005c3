#!/usr/bin/env python3
"""Three replicas behind nginx, by deploy/nginx.conf as it stands: `python3 .ci/replicas.py PROGRAM`.

The replicas must agree on every tag, the cache must keep what it may and nothing else, and under load neither a
replica that is killed nor one that is stopped may cost a request. Everything listens on the loopback address, and the
whole ends by itself within DEADLINE.
"""

import http.client
import itertools
import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEADLINE = 300
REQUESTS = 4000
CLIENTS = 8
CODINGS = ["identity", "gzip", "br", "zstd"]


class Replica:
    """A server process, which comes back at the address that it had."""

    def __init__(self, program):
        self.program, self.port = program, 0
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [self.program, "--listen", f"127.0.0.1:{self.port}"],
            env={"RUST_LOG": "warn"}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        line = self.process.stderr.readline()
        listening = re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)\n", line)
        assert listening, f"the server does not say where it listens, but: {line!r}"
        self.port = int(listening[1])

    def end(self, number):
        """Sends a signal; the exit status, and what went wrong in the server."""
        self.process.send_signal(number)
        complaints = self.process.stderr.read()
        assert not complaints, f"the server logged trouble: {complaints}"
        return self.process.wait()


class Proxy:
    """nginx with the configuration that is shipped; only addresses and folders are this test's."""

    def __init__(self, folder, replicas):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        text = (ROOT / "deploy/nginx.conf").read_text()
        for number, replica in enumerate(replicas, 1):
            text = swap(text, f"replica-{number}:8080", f"127.0.0.1:{replica.port}")
        text = swap(text, "listen 8080;", f"listen 127.0.0.1:{self.port};")
        text = text.replace("/tmp/", f"{folder}/")
        configuration, self.log, self.errors = folder / "nginx.conf", folder / "log", folder / "errors"
        # Started by root, the workers would be another user's, to whom the folder is closed.
        configuration.write_text("user root;\n" + text)
        command = ["nginx", "-c", configuration, "-e", "stderr", "-g", "daemon off;"]
        self.process = subprocess.Popen(command, stdout=self.log.open("w"), stderr=self.errors.open("w"))
        while not self.answers():
            assert self.process.poll() is None, f"nginx did not start: {self.errors.read_text()}"

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def lines(self):
        return [json.loads(line) for line in self.log.read_text().splitlines(keepends=True) if line.endswith("\n")]


def swap(text, old, new):
    assert text.count(old) == 1, f"deploy/nginx.conf should hold {old!r} once"
    return text.replace(old, new)


def ask(port, path, connection=None, **headers):
    """The whole answer, its body read to the end."""
    connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    answer.text = answer.read()
    return answer


def tags_agree(replicas, proxy):
    """Every replica, and the proxy, answer alike, in each coding and language."""
    paths = ["/v1/events?limit=5", "/v1/events?q=methane", "/v1/actors?sort=-events", "/v1/commitments.csv",
             "/v1/events.ndjson?from=2021&to=2021", "/v1/dataset.zip", "/v1", "/openapi.json", "/docs"]
    for path, coding, language in itertools.product(paths, CODINGS, ["en", "zh"]):
        asked = {"Accept_Encoding": coding, "Accept_Language": language}
        answers = [ask(server.port, path, **asked) for server in [*replicas, proxy]]
        told = {
            (answer.status, answer.text, *(answer.headers[name] for name in
                ["ETag", "Vary", "Cache-Control", "Content-Type", "Content-Encoding", "Content-Language"]))
            for answer in answers
        }
        assert len(told) == 1, f"the replicas differ in {path} ({coding}, {language})"
        assert answers[0].status == 200 and answers[0].headers["ETag"], f"{path} has no tag"


def cache_keeps(proxy):
    """What may be kept is kept, coding by coding; what may not is not."""
    path = "/v1/events?limit=7"
    for coding in CODINGS:
        seen = [ask(proxy.port, path, Accept_Encoding=coding, X_Request_Id=f"{coding}-{n}") for n in range(2)]
        assert [answer.headers["Cache-Status"] for answer in seen] == ["nginx; fwd=miss", "nginx; hit"]
        assert [answer.headers["X-Request-Id"] for answer in seen] == [f"{coding}-0", f"{coding}-1"]
        assert {answer.headers["Content-Encoding"] or "identity" for answer in seen} == {coding}
        fresh = ask(proxy.port, path, Accept_Encoding=coding, If_None_Match=seen[0].headers["ETag"])
        assert (fresh.status, fresh.headers["Cache-Status"]) == (304, "nginx; hit")
    for _ in range(2):
        wrong = ask(proxy.port, "/v1/events?colour=red", X_Request_Id="mine")
        assert (wrong.status, wrong.headers["Cache-Status"]) == (400, "nginx; fwd=miss")
        assert json.loads(wrong.text)["request_id"] == "mine" == wrong.headers["X-Request-Id"]
    for path in ["/livez", "/readyz", "/metrics"]:
        assert ask(proxy.port, path).status == 404, f"{path} can be reached from outside"


class Load:
    """Clients that ask for REQUESTS pages, most of them new to the cache, and hold every answer to be whole."""

    def __init__(self, port):
        self.port, self.next, self.answered, self.failed = port, itertools.count(), 0, []
        self.changed = threading.Condition()
        self.threads = [threading.Thread(target=self.client, daemon=True) for _ in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def client(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while (number := next(self.next)) < REQUESTS:
            # Of ten requests nine are for a page that nobody has asked for yet.
            new = f"/v1/events?limit={number % 50 + 1}&from={1979 + number // 50 % 45}-{number // 2250 + 1:02}"
            path = "/v1/actors" if number % 10 == 0 else new
            coding = CODINGS[number // 10 % len(CODINGS)]
            trouble = None
            try:
                answer = ask(self.port, path, connection, Accept_Encoding=coding)
                if answer.status != 200:
                    trouble = f"{path}: {answer.status} {answer.text[:200]}"
                elif coding == "identity":
                    json.loads(answer.text)
            except (OSError, http.client.HTTPException, ValueError) as error:
                trouble = f"{path}: {error!r}"
                connection.close()
            with self.changed:
                self.answered += 1
                if trouble:
                    self.failed.append(trouble)
                self.changed.notify_all()

    def wait_for(self, part):
        with self.changed:
            self.changed.wait_for(lambda: self.answered >= REQUESTS * part)

    def finish(self):
        for thread in self.threads:
            thread.join()
        assert not self.failed, f"{len(self.failed)} of {REQUESTS} requests failed: {self.failed[:5]}"


def lose_none(replicas, proxy):
    """One replica is killed under load, another stopped as in an upgrade; both come back."""
    killed, stopped, _ = replicas
    begun = time.monotonic()
    load = Load(proxy.port)
    load.wait_for(0.2)
    killed.end(signal.SIGKILL)
    load.wait_for(0.4)
    killed.start()
    load.wait_for(0.6)
    assert stopped.end(signal.SIGTERM) == 0, "a stopped server should exit with 0"
    load.wait_for(0.8)
    stopped.start()
    back = len(proxy.lines())
    load.finish()
    took = time.monotonic() - begun

    lines = proxy.lines()
    retried = sum("," in line["upstream"] for line in lines)
    assert retried, "no request met the killed replica, so this has shown nothing"
    # Each is asked again once nginx dares to; requests new to the cache make it try.
    for number in itertools.count():
        ask(proxy.port, f"/v1/commitments?limit={number % 100 + 1}&target_year.not={1900 + number // 100}")
        served = {line["upstream"] for line in proxy.lines()[back:]}
        if all(f"127.0.0.1:{replica.port}" in served for replica in replicas):
            break
    print(f"{REQUESTS} requests in {took:.1f} s, none lost; {retried} were asked twice")


def nobody_left(proxy):
    """Without a replica what is kept is still given, and all else gets a failure that a client can read."""
    kept = ask(proxy.port, "/v1/actors", Accept_Encoding="identity")
    assert (kept.status, kept.headers["Cache-Status"][:10]) == (200, "nginx; hit")
    lost = ask(proxy.port, "/v1/events?limit=99", X_Request_Id="mine")
    assert (lost.status, lost.headers["Retry-After"], lost.headers["Cache-Control"]) == (503, "5", "no-store")
    assert lost.headers["Content-Type"] == "application/problem+json"
    assert json.loads(lost.text)["request_id"] == "mine" == lost.headers["X-Request-Id"]


def main():
    signal.alarm(DEADLINE)
    replicas, proxy = [], None
    with tempfile.TemporaryDirectory() as folder:
        try:
            replicas.extend(Replica(sys.argv[1]) for _ in range(3))
            proxy = Proxy(Path(folder), replicas)
            tags_agree(replicas, proxy)
            cache_keeps(proxy)
            lose_none(replicas, proxy)
            for replica in replicas:
                assert replica.end(signal.SIGTERM) == 0, "a stopped server should exit with 0"
            nobody_left(proxy)
        finally:
            for process in [*(replica.process for replica in replicas), *([proxy.process] if proxy else [])]:
                process.terminate()
                process.wait()
    print("the replicas agree, and the cache keeps what it may")


def out_of_time(*_):
    raise TimeoutError(f"not done in {DEADLINE} s")


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, out_of_time)
    main()
