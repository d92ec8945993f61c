"""Real servers for the demo, the tests and the benchmark: an Apache Kafka broker (KRaft, one node) and a private PostgreSQL
cluster, each in a folder of its own, each stopped by its owner and by the kernel when the owner dies."""

import ctypes
import glob
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
JARS = ROOT / "build" / "kafka" / "jars"
POM = ROOT / "tools" / "setup" / "kafka" / "pom.xml"


class ServerError(RuntimeError):
    """A server did not start or did not stop; the text says which one and where its log is."""


def _server_ports():
    """Ports that the kernel gives to no client (ip(7), ip_local_port_range): any connection on the machine may hold one of those when
    the server that it was meant for starts."""
    first, last = map(int, pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    return range(10_000, first) or range(last + 1, 65_536) or range(10_000, 65_536)


_reserved = []  # open sockets, each with the name of a port


def _reserve(port):
    """Whether the port is this process's from now on: nobody listens on it, and no other test has been given it, though its server may
    not have started yet. The kernel gives the name back when the process ends."""
    name = socket.socket(socket.AF_UNIX)
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
        name.bind(f"\0sinkway-port-{port}")
    except OSError:
        name.close()
        return False
    _reserved.append(name)
    return True


def free_port(preferred=0):
    """A TCP port of 127.0.0.1 that nobody else takes while this process lives; `preferred` if it is one."""
    if preferred and _reserve(preferred):
        return preferred
    ports = list(_server_ports())
    random.shuffle(ports)
    for port in ports:
        if _reserve(port):
            return port
    raise ServerError("no free TCP port on 127.0.0.1")


def die_with_parent():
    """For preexec_fn: the kernel ends the child when its parent is gone, however that went."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def wait_for(condition, what, seconds, alive=None):
    """Polls `condition` until it is true. `alive` answers why waiting is hopeless, or nothing."""
    deadline = time.monotonic() + seconds
    while not condition():
        reason = alive() if alive else None
        if reason:
            raise ServerError(f"{what}: {reason}")
        if time.monotonic() > deadline:
            raise ServerError(f"{what}: not within {seconds} s")
        time.sleep(0.05)


def listening(port):
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def fetch_jars(pom, folder, what):
    """Brings the jars of a pinned pom.xml; does nothing when they are there already."""
    stamp = folder / ".complete"
    if stamp.exists() and stamp.read_text() == pom.read_text():
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    done = subprocess.run(["mvn", "-B", "-q", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={folder}"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise ServerError(f"maven could not bring {what}:\n" + "\n".join((done.stdout + done.stderr).splitlines()[-15:]))
    stamp.write_text(pom.read_text())


def fetch_kafka():
    fetch_jars(POM, JARS, "Apache Kafka")


class KafkaBroker:
    """One broker that is its own controller. stop() keeps the data, so that start() goes on with it."""

    def __init__(self, folder=None, port=0, heap="512m"):
        self.own_folder = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="sinkway-kafka-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port(port)
        self.controller_port = free_port()
        self.heap = heap
        self.process = None
        self.log_path = self.folder / "kafka.log"

    @property
    def bootstrap(self):
        return f"127.0.0.1:{self.port}"

    def _java(self, main, *arguments):
        return ["java", f"-Xmx{self.heap}", f"-Xms{self.heap}", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp", f"{JARS}/*", main, *arguments]

    def _write_properties(self):
        path = self.folder / "server.properties"
        path.write_text("\n".join([
            "process.roles=broker,controller", "node.id=1",
            f"controller.quorum.voters=1@127.0.0.1:{self.controller_port}",
            f"listeners=PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self.controller_port}",
            f"advertised.listeners=PLAINTEXT://127.0.0.1:{self.port}",
            "controller.listener.names=CONTROLLER", "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            f"log.dirs={self.folder}/data", "offsets.topic.replication.factor=1", "offsets.topic.num.partitions=4",
            "transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1",
            "transaction.state.log.num.partitions=4", "share.coordinator.state.topic.replication.factor=1",
            "share.coordinator.state.topic.min.isr=1", "group.initial.rebalance.delay.ms=0", "num.partitions=4",
            "auto.create.topics.enable=true", "log.retention.hours=24", ""]))
        return path

    def start(self):
        fetch_kafka()
        properties = self._write_properties()
        with open(self.log_path, "ab") as log:
            if not (self.folder / "data" / "meta.properties").exists():
                cluster = uuid.uuid4().hex[:22]
                done = subprocess.run(self._java("kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(properties)),
                                      stdin=subprocess.DEVNULL, stdout=log, stderr=log)
                if done.returncode != 0:
                    raise ServerError(f"Kafka could not format its storage; see {self.log_path}")
            self.process = subprocess.Popen(self._java("kafka.Kafka", str(properties)), stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, preexec_fn=die_with_parent, start_new_session=True)
        wait_for(lambda: listening(self.port), "Apache Kafka did not start", 90,
                 lambda: f"it ended; see {self.log_path}" if self.process.poll() is not None else None)
        return self

    def stop(self, kill=False):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def remove(self):
        self.stop(kill=True)
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def postgres_programs():
    """The folder of initdb and postgres, the newest version that is installed."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    if found:
        return pathlib.Path(found[-1]).parent
    program = shutil.which("initdb")
    if program:
        return pathlib.Path(program).parent
    raise ServerError("PostgreSQL's initdb was not found: install the package postgresql")


class PostgresCluster:
    """A private cluster with one database. initdb refuses root, so root hands it to the user postgres."""

    def __init__(self, folder=None, port=0, database="weather", user="sinkway", password="sinkway", settings=None):
        self.own_folder = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="sinkway-postgres-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data = self.folder / "data"
        self.log_path = self.folder / "postgres.log"
        self.port = free_port(port)
        self.database, self.user, self.password = database, user, password
        self.settings = settings or {}
        self.programs = postgres_programs()
        self.process = None
        self.identity = {}
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            self.identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            os.chown(self.folder, account.pw_uid, account.pw_gid)

    @property
    def url(self):
        """For libpq, psql and psycopg2."""
        return f"postgresql://{self.user}:{self.password}@127.0.0.1:{self.port}/{self.database}"

    @property
    def jdbc_url(self):
        return f"jdbc:postgresql://127.0.0.1:{self.port}/{self.database}"

    def _run(self, *command, **more):
        done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              cwd=self.folder, **self.identity, **more)
        if done.returncode != 0:
            raise ServerError(f"{pathlib.Path(str(command[0])).name} failed: {done.stderr.strip()[-2000:]}")

    def _initialise(self):
        secret = self.folder / "password"
        secret.write_text(self.password)
        if self.identity:
            os.chown(secret, self.identity["user"], self.identity["group"])
        self._run(self.programs / "initdb", "-D", self.data, "-U", self.user, "--auth=scram-sha-256", f"--pwfile={secret}",
                  "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        secret.unlink()
        settings = {"unix_socket_directories": f"'{self.folder}'", "listen_addresses": "'127.0.0.1'", "shared_buffers": "'512MB'",
                    "max_wal_size": "'4GB'", "min_wal_size": "'1GB'", "checkpoint_timeout": "'15min'", "max_connections": "100",
                    **self.settings}
        with open(self.data / "postgresql.auto.conf", "a", encoding="utf-8") as conf:
            conf.writelines(f"{key} = {value}\n" for key, value in settings.items())

    def start(self):
        fresh = not self.data.exists()
        if fresh:
            self._initialise()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([str(self.programs / "postgres"), "-D", str(self.data), "-p", str(self.port)],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                                            preexec_fn=die_with_parent, start_new_session=True, **self.identity)
        wait_for(self.ready, "PostgreSQL did not start", 60,
                 lambda: f"it ended; see {self.log_path}" if self.process.poll() is not None else None)
        if fresh:
            self.sql(f'CREATE DATABASE "{self.database}"', database="postgres")
        return self

    def ready(self):
        return subprocess.run([str(self.programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-d", "postgres",
                               "-U", self.user], stdin=subprocess.DEVNULL).returncode == 0

    def sql(self, text, database=None):
        """Runs statements with psql and answers what it prints, unaligned, tuples only."""
        return run_sql(f"postgresql://{self.user}:{self.password}@127.0.0.1:{self.port}/{database or self.database}", text)

    def standby(self):
        """A streaming standby of this cluster, not started; promote() makes it the primary of its own timeline."""
        other = PostgresCluster(database=self.database, user=self.user, password=self.password)
        self._run(self.programs / "pg_basebackup", "-D", other.data, "-R", "-X", "stream", "-c", "fast", "-d",
                  f"postgresql://{self.user}:{self.password}@127.0.0.1:{self.port}/postgres")
        with open(other.data / "postgresql.auto.conf", "a", encoding="utf-8") as conf:
            conf.write(f"unix_socket_directories = '{other.folder}'\n")
        return other

    def promote(self):
        self.sql("SELECT pg_promote(true, 60)", database="postgres")

    def use_tls(self):
        """Gives the cluster, which is stopped, a certificate for `localhost` and answers the path of the authority's."""
        authority = self.folder / "authority.crt"
        request = ["openssl", "req", "-new", "-nodes", "-newkey", "rsa:2048", "-subj"]
        key, signing, asked, certificate = (self.folder / name for name in ("server.key", "ca.key", "server.csr", "server.crt"))
        self._run(*request, "/CN=Sinkway test authority", "-x509", "-days", "2", "-keyout", signing, "-out", authority)
        self._run(*request, "/CN=localhost", "-keyout", key, "-out", asked)
        self._run("openssl", "x509", "-req", "-days", "2", "-in", asked, "-CA", authority, "-CAkey", signing, "-CAcreateserial",
                  "-out", certificate)
        key.chmod(0o600)
        with open(self.data / "postgresql.auto.conf", "a", encoding="utf-8") as conf:
            conf.write(f"ssl = on\nssl_cert_file = '{certificate}'\nssl_key_file = '{key}'\n")
        hba = self.data / "pg_hba.conf"
        hba.write_text("\n".join(["local all all scram-sha-256", "hostssl all all 127.0.0.1/32 scram-sha-256",
                                  "hostssl all all ::1/128 scram-sha-256", ""]))
        return authority

    def stop(self, mode="fast"):
        """smart, fast or immediate, as pg_ctl has them."""
        if self.process is None:
            return
        self.process.send_signal({"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}[mode])
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def remove(self):
        self.stop("immediate")
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)


class PgBouncer:
    """A pgbouncer before a cluster: transaction mode with two server connections, so that clients share them."""

    def __init__(self, cluster, pool_mode="transaction"):
        self.cluster = cluster
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sinkway-pgbouncer-"))
        self.port = free_port()
        self.process = None
        (self.folder / "users.txt").write_text(f'"{cluster.user}" "{cluster.password}"\n')
        (self.folder / "pgbouncer.ini").write_text("\n".join([
            "[databases]", f"{cluster.database} = host=127.0.0.1 port={cluster.port}", "[pgbouncer]", "listen_addr = 127.0.0.1",
            f"listen_port = {self.port}", "unix_socket_dir =", "auth_type = scram-sha-256", f"auth_file = {self.folder}/users.txt",
            f"pool_mode = {pool_mode}", "default_pool_size = 2", f"logfile = {self.folder}/pgbouncer.log", ""]))
        if cluster.identity:
            for path in [self.folder, *self.folder.iterdir()]:
                os.chown(path, cluster.identity["user"], cluster.identity["group"])

    @property
    def jdbc_url(self):
        return f"jdbc:postgresql://127.0.0.1:{self.port}/{self.cluster.database}"

    def start(self):
        program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
        self.process = subprocess.Popen([program, str(self.folder / "pgbouncer.ini")], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder,
                                        preexec_fn=die_with_parent, **self.cluster.identity)
        wait_for(lambda: listening(self.port), "pgbouncer did not start", 20,
                 lambda: f"it ended; see {self.folder}/pgbouncer.log" if self.process.poll() is not None else None)
        return self

    def remove(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def run_sql(url, text):
    done = subprocess.run([str(postgres_programs() / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", text],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise ServerError(f"psql: {done.stderr.strip()}")
    return done.stdout.rstrip("\n")
