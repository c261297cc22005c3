#!/usr/bin/env python3
"""The image, built from the Dockerfile and run for real: `python3 .ci/image.py PROGRAM`.

PROGRAM is built from the same checkout; the image has to answer as it does. Docker does it where its engine runs, else
podman, which is installed where it is missing; run it as root. The container gets the limits that compose.yaml gives
it, and each is looked up in what the kernel says of the process. Everything listens on the loopback address, and ends
by itself.
"""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
TAG = "climate-timeline:ci"
DEPENDENCIES = "climate-timeline:ci-dependencies"
MOST_BYTES = 25_000_000
USER = 65532
BUILD_TIME = 45 * 60
PATIENCE = 60
DOWNLOADS = 20
NO_MORE = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"]


def run(*command, ok=(0,), timeout=PATIENCE):
    """What a command prints; it has to exit as it should."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=timeout)
    assert done.returncode in ok, f"{command} exits with {done.returncode}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
    return done.stdout.strip()


def equal(what, found, wanted):
    assert found == wanted, f"{what} is {found!r}, and should be {wanted!r}"


def until(what, question):
    """Asks until the answer is yes."""
    last = time.monotonic() + PATIENCE
    while not question():
        assert time.monotonic() < last, f"not in {PATIENCE} s: {what}"


class Engine:
    """Docker or podman, which are called alike."""

    def __init__(self, folder):
        self.tool, self.build_flags, self.run_flags = "docker", [], []
        if not succeeds("docker", "info"):
            self.tool = "podman"
            self.set_up_podman(folder)

    def set_up_podman(self, folder):
        wanted = {"podman": "podman", "runc": "runc", "iptables": "iptables"}
        wanted["containernetworking-plugins"] = "/usr/lib/cni/bridge"
        missing = [package for package, file in wanted.items() if not shutil.which(file)]
        if missing:
            os.environ["DEBIAN_FRONTEND"] = "noninteractive"
            run("apt-get", "update", "-qq", timeout=600)
            run("apt-get", "install", "-qq", "-y", "--no-install-recommends", *missing, timeout=600)
        # For a machine that is itself confined: no systemd, and no limits above those that are there.
        settings = Path(folder) / "containers.conf"
        settings.write_text(
            '[containers]\nlog_driver = "k8s-file"\n'
            '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
        )
        os.environ["CONTAINERS_CONF"] = str(settings)
        # The health check is part of the Docker format only.
        self.build_flags = ["--format", "docker", "--isolation", "chroot", "--pull=never", "--layers", *NO_MORE]
        # Podman has systemd call the health check, and else gives /tmp that can be written to.
        self.run_flags = ["--no-healthcheck", "--read-only-tmpfs=false", *NO_MORE]

    def __call__(self, *words, **how):
        return run(self.tool, *words, **how)

    def inspect(self, name, what):
        return self("inspect", "--format", "{{" + what + "}}", name)

    def build(self):
        """Builds, and leaves nothing but the image and the layer of dependencies for the next time."""
        loose = lambda: set(self("images", "--quiet", "--filter", "dangling=true").split())
        before = loose()
        flags = [*self.build_flags, "--build-arg", f"REVISION={run('git', '-C', ROOT, 'rev-parse', 'HEAD')}"]
        self("build", *flags, "--target", "dependencies", "--tag", DEPENDENCIES, ROOT, timeout=BUILD_TIME)
        self("build", *flags, "--tag", TAG, ROOT, timeout=BUILD_TIME)
        for image in loose() - before:
            succeeds(self.tool, "rmi", image)


def succeeds(*command):
    try:
        return subprocess.run(command, capture_output=True, timeout=PATIENCE).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def contents(engine, folder, program):
    """The image holds one file, and says of itself what it should."""
    archive = Path(folder) / "image.tar"
    engine("save", "--output", archive, TAG, timeout=300)
    with tarfile.open(archive) as outer:
        manifest = json.load(outer.extractfile("manifest.json"))[0]
        config = json.load(outer.extractfile(manifest["Config"]))
        files = []
        for layer in manifest["Layers"]:
            with tarfile.open(fileobj=outer.extractfile(layer)) as inner:
                files.extend(inner.getmembers())
    archive.unlink()
    equal("what is in the image", [(file.name.strip("./"), file.isfile(), file.mode & 0o7777) for file in files],
          [("climate-timeline", True, 0o755)])
    size = sum(file.size for file in files)
    assert size < MOST_BYTES, f"the image has {size} bytes unpacked, and may have {MOST_BYTES}"
    said = config["config"]
    equal("the user", said["User"], f"{USER}:{USER}")
    equal("the stop signal", said["StopSignal"], "SIGTERM")
    equal("the entry point", (said["Entrypoint"], said.get("Cmd") or None), (["/climate-timeline"], None))
    equal("the health check", said["Healthcheck"]["Test"], ["CMD", "/climate-timeline", "healthcheck"])
    equal("the ports", list(said["ExposedPorts"]), ["8080/tcp"])
    assert "LISTEN=0.0.0.0:8080" in said["Env"]
    labels = {name.removeprefix("org.opencontainers.image."): text for name, text in said["Labels"].items()}
    equal("the version", f"climate-timeline {labels['version']}", run(program, "--version"))
    equal("the revision", labels["revision"], run("git", "-C", ROOT, "rev-parse", "HEAD"))
    assert labels["title"] and labels["description"] and labels["licenses"]
    return size


def limits():
    """The flags that are to `run` what the service of compose.yaml says."""
    service = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["timeline"]
    assert "tmpfs" not in service and "user" not in service, "the image runs without"
    flags = ["--read-only"] if service["read_only"] else []
    for capability in service["cap_drop"]:
        flags += ["--cap-drop", capability]
    for option in service["security_opt"]:
        # Podman knows this one only without its value.
        flags += ["--security-opt", option.removesuffix(":true")]
    return [*flags, "--pids-limit", str(service["pids_limit"]), "--memory", service["mem_limit"]]


class Container:
    """The image, running under the limits of compose.yaml."""

    def __init__(self, engine, name):
        self.engine, self.name = engine, name
        engine("run", "--detach", "--name", name, "--publish", "127.0.0.1::8080", *limits(), *engine.run_flags, TAG)
        self.port = int(engine("port", name, "8080/tcp").rsplit(":", 1)[1])
        self.health = ["/climate-timeline", "healthcheck"]

    def state(self, what):
        return self.engine.inspect(self.name, f".State.{what}")

    def healthy(self, *flags):
        return succeeds(self.engine.tool, "exec", *flags, self.name, *self.health)

    def get(self, path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer, answer.read()


def confined(container):
    """What the kernel says of the process."""
    process = Path("/proc") / container.state("Pid")
    status = dict(line.split(":\t", 1) for line in (process / "status").read_text().splitlines() if ":\t" in line)
    equal("the user", status["Uid"].split(), [str(USER)] * 4)
    equal("the group", status["Gid"].split(), [str(USER)] * 4)
    for kind in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]:
        equal(kind, int(status[kind], 16), 0)
    equal("NoNewPrivs", status["NoNewPrivs"], "1")
    mounts = [line.split() for line in (process / "mountinfo").read_text().splitlines()]
    root = next(mount for mount in mounts if mount[4] == "/")
    assert "ro" in root[5].split(","), f"the root can be written to: {root}"


def answers(container, program):
    """As the program that was built outside does, byte for byte; also what takes most room to make."""
    paths = ["/v1", "/v1/events?topic=methane&limit=5", "/v1/commitments?as_of=2020-12-01&lang=zh", "/v1/actors.csv"]
    for path in paths:
        answer, body = container.get(path, Accept_Encoding="identity")
        equal(path, (answer.status, body.decode()), (200, run_bytes(program, "query", path).decode()))
    for path in ["/readyz", "/v1/dataset.sqlite", "/v1/dataset.zip", "/docs"]:
        equal(path, container.get(path)[0].status, 200)


def run_bytes(*command):
    return subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE).stdout


def healths(engine, container):
    """The check tells a server that answers from one that does not."""
    until("the container is healthy", container.healthy)
    assert not container.healthy("--env", "LISTEN=127.0.0.1:9"), "the check finds a server where there is none"
    engine("run", "--rm", *limits(), *engine.run_flags, TAG, "healthcheck", ok=(1,))
    engine("run", "--rm", *limits(), *engine.run_flags, TAG, "check")


class Download:
    """A client that has read the head of a long answer, and takes its time over the rest."""

    def __init__(self, port):
        self.socket = socket.socket()
        # Little of it fits on the way, so most is still with the server.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", port))
        self.socket.sendall(b"GET /v1/events.ndjson HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.answer = http.client.HTTPResponse(self.socket)
        self.answer.begin()

    def rest(self):
        body = self.answer.read()
        self.socket.close()
        return body


def stops(engine, container):
    """What is in flight is answered to the end, nothing new is taken, and the exit is 0."""
    _, whole = container.get("/v1/events.ndjson")
    downloads = [Download(container.port) for _ in range(DOWNLOADS)]
    process = Path("/proc") / container.state("Pid")
    stopping = subprocess.Popen([engine.tool, "stop", "--time", "30", container.name], stdout=subprocess.DEVNULL)

    def refuses():
        try:
            container.get("/livez")
        except (OSError, http.client.HTTPException):
            return True
        return False

    until("the server takes nothing new", refuses)
    assert process.exists(), "the server should run on while downloads are in flight"
    begun = time.monotonic()
    for download in downloads:
        assert download.rest() == whole, "a download was cut"
    equal("the exit of `stop`", stopping.wait(PATIENCE), 0)
    equal("the exit of the program", container.state("ExitCode"), "0")
    assert time.monotonic() - begun < 10, "the server waited on, with nothing in flight"
    assert not container.healthy(), "a container that is stopped is not healthy"


def main():
    program = sys.argv[1]
    name = f"climate-timeline-ci-{os.getpid()}"
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(folder)
        print(run("bash", ROOT / ".ci/base-image", engine.tool, timeout=1200))
        begun = time.monotonic()
        engine.build()
        print(f"built by {engine.tool} in {time.monotonic() - begun:.0f} s")
        size = contents(engine, folder, program)
        try:
            container = Container(engine, name)
            healths(engine, container)
            confined(container)
            answers(container, program)
            memory = Path("/proc", container.state("Pid"), "status").read_text().split("VmHWM:")[1].split("kB")[0]
            stops(engine, container)
        finally:
            succeeds(engine.tool, "rm", "--force", name)
    print(f"the image: {size / 1e6:.1f} MB in one file; it has used {int(memory) / 1024:.0f} MiB of memory at most")


if __name__ == "__main__":
    main()
