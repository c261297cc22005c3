#!/usr/bin/env python3
"""The image, built from the Dockerfile and run for real: `python3 .ci/image.py PROGRAM [--keep]`.

PROGRAM is built from the same checkout; the image has to answer as it does. Docker does it where its engine runs, else
podman, which is installed where it is missing; run it as root. The container gets the limits that compose.yaml gives
it, and each is looked up in what the kernel says of the process. Everything listens on the loopback address, and ends
by itself. Containers and images are removed in the end; `--keep` leaves the images, which makes the next run short.
"""

import functools
import http.client
import json
import os
import re
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


@functools.cache
def revision():
    """What is checked out, as it was at first: somebody may go on committing meanwhile."""
    return run("git", "-C", ROOT, "rev-parse", "HEAD")


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

    def has(self, image):
        return succeeds(self.tool, "image", "inspect", image)

    def build(self):
        """Builds the image, and the layer of dependencies under a name of its own."""
        flags = [*self.build_flags, "--build-arg", f"REVISION={revision()}"]
        self("build", *flags, "--target", "dependencies", "--tag", DEPENDENCIES, ROOT, timeout=BUILD_TIME)
        self("build", *flags, "--tag", TAG, ROOT, timeout=BUILD_TIME)

    def loose(self):
        """The images without a name that no other is made of."""
        return set(self("images", "--quiet", "--filter", "dangling=true").split())

    def tidy(self, before):
        """Removes those that are there since, and what comes to light below them."""
        while any([succeeds(self.tool, "rmi", image) for image in self.loose() - before]):
            pass


class Images:
    """The images of this run, the base image among them where it was not there before; none of them stays."""

    def __init__(self, engine, keep):
        self.engine, self.keep = engine, keep
        base = re.search(r"^FROM (\S+) AS dependencies$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[1]
        self.names, self.before = [TAG, DEPENDENCIES], engine.loose()
        if not engine.has(base):
            self.names.append(base)

    def __enter__(self):
        return self

    def build(self):
        print(run("bash", ROOT / ".ci/base-image", self.engine.tool, timeout=1200))
        begun = time.monotonic()
        self.engine.build()
        print(f"built by {self.engine.tool} in {time.monotonic() - begun:.0f} s")

    def __exit__(self, *_):
        names = [] if self.keep else self.names
        for name in names:
            succeeds(self.engine.tool, "rmi", "--force", name)
        self.engine.tidy(self.before)
        left = [name for name in names if self.engine.has(name)]
        assert not left, f"images that cannot be removed: {left}"


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
    equal("the revision", labels["revision"], revision())
    assert labels["title"] and labels["description"] and labels["licenses"]
    return size


def service():
    """What compose.yaml says of the server."""
    return yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["timeline"]


def limits():
    """The flags that are to `run` what compose.yaml says."""
    said = service()
    assert "tmpfs" not in said and "user" not in said, "the image runs without"
    flags = ["--read-only"] if said["read_only"] else []
    for capability in said["cap_drop"]:
        flags += ["--cap-drop", capability]
    for option in said["security_opt"]:
        # Podman knows this one only without its value.
        flags += ["--security-opt", option.removesuffix(":true")]
    return [*flags, "--pids-limit", str(said["pids_limit"]), "--memory", said["mem_limit"]]


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
    said = service()
    equal("the most processes", group(process, "pids", "pids.max", "pids.max"), said["pids_limit"])
    memory = group(process, "memory", "memory.limit_in_bytes", "memory.max")
    equal("the most memory", memory, int(said["mem_limit"].removesuffix("m")) << 20)


def group(process, controller, first, second):
    """A limit of the process's control group; its file is called so in the first version and in the second."""
    lines = [line.split(":", 2) for line in (process / "cgroup").read_text().splitlines()]
    paths = {name: path for _, names, path in lines for name in names.split(",")}
    root = Path("/sys/fs/cgroup")
    old = controller in paths
    file = root / controller / paths[controller][1:] / first if old else root / paths[""][1:] / second
    return int(file.read_text())


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


def runs(engine, name, program):
    """Starts the image, looks at all that it does, and ends it; the most memory that it has used, in kB."""
    try:
        container = Container(engine, name)
        healths(engine, container)
        confined(container)
        answers(container, program)
        memory = Path("/proc", container.state("Pid"), "status").read_text().split("VmHWM:")[1].split("kB")[0]
        stops(engine, container)
        return memory
    finally:
        succeeds(engine.tool, "rm", "--force", name)


def main():
    program, *flags = sys.argv[1:]
    assert flags in ([], ["--keep"]), flags
    name = f"climate-timeline-ci-{os.getpid()}"
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(folder)
        with Images(engine, keep=bool(flags)) as images:
            images.build()
            size = contents(engine, folder, program)
            memory = runs(engine, name, program)
    print(f"the image: {size / 1e6:.1f} MB in one file; it has used {int(memory) / 1024:.0f} MiB of memory at most")


if __name__ == "__main__":
    main()
