"""The engine process, asked through its client: one for all tests that do not end it."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine import __version__
from engine.config.run_config import RunConfig
from engine.home import Home
from engine.runs.directory import Run
from engine.runs.lock import RunLock
from engine.runs.status import FINISHED, INTERRUPTED, PAUSED, QUEUED, RUNNING, STOPPED, UNQUEUED
from engine.service.address import Address
from engine.service.client import EngineClient, EngineGone, EngineRefused
from engine.service.protocol import (
    LONGEST_LINE,
    Continue,
    Devices,
    Drop,
    Job,
    Move,
    Ping,
    Refused,
    Start,
    Status,
    decode_reply,
    encode,
)
from engine.service.server import Server
from tests.builders.engines import LONG, QUICK, engine_home, reach, status
from tests.builders.locks import lease
from tests.conftest import settle

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, drawn_digits: Path) -> Iterator[Home]:
    """A home for one engine."""
    with engine_home(tmp_path_factory.mktemp("served") / "home", drawn_digits) as home:
        yield home


@pytest.fixture(scope="module")
def keeper(served: Home) -> Iterator[EngineClient]:
    """Stays attached, so that the same engine serves all tests."""
    client = EngineClient(served)
    client.connect()
    settle(lambda: client.request(Ping()).torch_loaded)
    yield client
    client.close()


@pytest.fixture
def client(served: Home, keeper: EngineClient) -> Iterator[EngineClient]:
    """A client of the engine; what it left in the engine's hands is stopped."""
    client = EngineClient(served)
    client.connect(start=False)
    yield client
    client.close()
    left = keeper.request(Ping())
    for job in left.waiting + left.training:
        Run(served.runs / job.run).request("stop")
    settle(lambda: not keeper.request(Ping()).training)


def start(client: EngineClient, home: Home, config: RunConfig = QUICK, **texts: str) -> Run:
    return Run(home.runs / client.request(Start(config=config, **texts)).run)  # type: ignore[arg-type]


def queue_of(client: EngineClient) -> list[str]:
    return [job.run for job in client.request(Ping()).waiting]


def test_a_run_is_trained_and_its_directory_tells_of_it(client: EngineClient, served: Home) -> None:
    run = start(client, served, run_name="quick", preset="deep", group="pair", note="tried", parent="another")
    reach(run, FINISHED)
    state, record = run.state(), run.record()
    assert [epoch.epoch for epoch in state.epochs] == [1, 2]
    assert state.series.step[-1] == state.total_steps
    assert (record.name, record.preset, record.group, record.note) == ("quick", "deep", "pair", "tried")
    assert record.parent == "another"
    assert record.pid == client.request(Ping()).pid != os.getpid()


def test_the_engine_tells_what_it_has_in_hand(client: EngineClient, served: Home) -> None:
    run, waiting = start(client, served, LONG), start(client, served)
    told = client.request(Ping())
    assert told.training == (Job(run=run.id, device="cpu"),)
    assert told.waiting == (Job(run=waiting.id, device="cpu"),)
    assert (told.version, told.trouble, told.torch_loaded) == (__version__, "", True)
    settle(lambda: client.request(Ping()).attached == 2)


def test_the_queue_is_put_in_order_and_worked_off(client: EngineClient, served: Home) -> None:
    first = start(client, served, LONG)
    a, b, c = (start(client, served) for _ in range(3))
    assert [status(run) for run in (a, b, c)] == [QUEUED] * 3
    assert [job.run for job in client.request(Move(run=c.id, by=-2)).waiting] == [c.id, a.id, b.id]
    assert [job.run for job in client.request(Drop(run=a.id)).waiting] == [c.id, b.id]
    assert status(a) == UNQUEUED
    with pytest.raises(EngineRefused, match="does not wait"):
        client.request(Drop(run=first.id))
    first.request("stop")
    reach(b, FINISHED)
    assert c.state().last_time <= b.state().last_time


def test_a_run_is_paused_resumed_stopped_and_continued(client: EngineClient, served: Home) -> None:
    run = start(client, served, LONG)
    reach(run, RUNNING)
    settle(lambda: run.state().step)
    run.request("pause")
    reach(run, PAUSED)
    run.request("resume")
    reach(run, RUNNING)
    run.request("stop")
    reach(run, STOPPED)
    step = run.state().step
    assert client.request(Continue(run=run.id)).run == run.id
    settle(lambda: run.state().step > step)
    with pytest.raises(EngineRefused, match="already"):
        client.request(Continue(run=run.id))


def test_what_cannot_be_done_is_refused_with_a_reason(client: EngineClient) -> None:
    nowhere = "20250101-120000-123abcd"
    with pytest.raises(EngineRefused, match=r"run\.json cannot be read"):
        client.request(Continue(run=nowhere))
    with pytest.raises(EngineRefused, match="does not wait"):
        client.request(Drop(run=nowhere))
    assert client.connected


def test_the_devices_are_told_with_what_an_epoch_takes_once_a_run_showed_it(client: EngineClient, served: Home) -> None:
    work = QUICK.replace({"hidden": "17"})
    before = client.request(Devices(config=work)).devices[-1]
    assert (before.name, before.epoch_seconds, before.run) == ("cpu", None, "")
    run = start(client, served, work)
    reach(run, FINISHED)
    last = run.state().epochs[-1]
    told = pytest.approx(last.seconds + last.evaluation_seconds)
    longer = Devices(config=work.replace({"epochs": 50}))
    settle(lambda: client.request(longer).devices[-1].epoch_seconds == told)
    device = client.request(longer).devices[-1]
    assert device.description == run.record().device
    assert client.request(Devices()).devices[-1].epoch_seconds is None
    long = start(client, served, LONG)
    assert client.request(Devices()).devices[-1].run == long.id


def test_garbage_of_one_client_is_refused_and_disturbs_no_other(client: EngineClient, served: Home) -> None:
    run = start(client, served, LONG)
    raw = Address(served).connect(10)
    with raw, raw.makefile("rb") as lines:
        for junk in (b"\n", b"\xff\x00\n", b'{"request":"drop","run":"../x"}\n', b"[" * 90_000 + b"\n"):
            raw.sendall(junk)
            assert isinstance(decode_reply(lines.readline()), Refused)
        raw.sendall(encode(Ping()))
        assert isinstance(decode_reply(lines.readline()), Status)
        raw.sendall(b"x" * LONGEST_LINE)
        reply = decode_reply(lines.readline())
        assert isinstance(reply, Refused) and "too long" in reply.message
        assert lines.readline() == b""
    with Address(served).connect(10) as torn:
        torn.sendall(encode(Ping())[:-1])
    assert [job.run for job in client.request(Ping()).training] == [run.id]
    settle(lambda: client.request(Ping()).attached == 2)


def test_only_so_many_clients_are_taken_in(client: EngineClient, served: Home) -> None:
    settle(lambda: client.request(Ping()).attached == 2)
    crowd = [EngineClient(served) for _ in range(62)]
    for one in crowd:
        one.connect(start=False)
    with pytest.raises(EngineRefused, match="64 clients"):
        EngineClient(served).connect(start=False)
    for one in crowd:
        one.close()
    settle(lambda: client.request(Ping()).attached == 2)


def test_clients_that_ask_for_nothing_give_way(client: EngineClient, keeper: EngineClient, served: Home) -> None:
    crowd = [Address(served).connect(10) for _ in range(64)]
    settle(lambda: client.request(Ping()).attached == 64)
    console = EngineClient(served)
    assert console.connect(start=False).attached == 64
    assert client.request(Ping()).pid == keeper.request(Ping()).pid
    console.close()
    for one in crowd:
        one.close()
    settle(lambda: client.request(Ping()).attached == 2)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits what another process may open")
def test_an_engine_without_descriptors_neither_spins_nor_forgets_who_waits(empty_home: Home) -> None:
    client = EngineClient(empty_home)
    pid = client.connect().pid
    settle(lambda: client.request(Ping()).torch_loaded)
    limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, limits[1]))
    with Address(empty_home).connect(30) as waiting, waiting.makefile("rb") as lines:
        waiting.sendall(encode(Ping()))
        settle(lambda: "no client can be taken in" in (empty_home.path / "engine.log").read_text())
        began, busy = time.monotonic(), processor_seconds(pid)
        settle(lambda: (empty_home.path / "engine.log").read_text().count("no client can be taken in") > 2)
        assert processor_seconds(pid) - busy < 0.5 * (time.monotonic() - began)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
        assert isinstance(decode_reply(lines.readline()), Status)
    client.close()


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_client_that_no_thread_can_serve_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(thread: object) -> None:
        raise RuntimeError("can't start new thread")

    server = Server(Address(home), 30.0)
    monkeypatch.setattr("threading.Thread.start", fail)
    with Address(home).connect(10) as caller, caller.makefile("rb") as lines:
        server._take_in()
        reply = decode_reply(lines.readline())
    assert isinstance(reply, Refused) and "no more threads" in reply.message
    server._listener.close()


CONSOLE = """
import sys
from pathlib import Path
from engine.service.client import EngineClient
from engine.config.run_config import RunConfig
from engine.home import Home
from engine.service.protocol import Start
client = EngineClient(Home(Path(sys.argv[1])))
client.connect()
print(client.request(Start(config=RunConfig.parse(sys.argv[2]))).run, flush=True)
sys.stdin.read()
"""


def test_killing_the_console_leaves_its_run_alone(client: EngineClient, served: Home) -> None:
    command = [sys.executable, "-c", CONSOLE, str(served.path), str(LONG)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as console:
        assert console.stdout is not None
        run = Run(served.runs / console.stdout.readline().strip())
        reach(run, RUNNING)
        console.kill()
    step = run.state().step
    settle(lambda: run.state().step > step)
    assert status(run) == RUNNING


def test_the_engine_is_reachable_for_its_owner_alone_and_writes_nothing_else(
    client: EngineClient, served: Home
) -> None:
    kept = {path.name: path.stat().st_mode & 0o777 for path in served.path.iterdir()}
    known = {"runs", "data", "slots", "engine.sock", "engine.lock", "engine.log", "engine.address", "queue.json"}
    assert set(kept) <= known and known - set(kept) <= {"queue.json", "slots"}
    assert kept["engine.sock"] == kept["engine.lock"] == 0o600
    assert kept["engine.log"] == kept["engine.address"] == 0o600
    assert (served.path.stat().st_mode & 0o777, kept["runs"]) == (0o711, 0o700)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux shows what a process has open")
def test_the_engine_has_no_part_in_the_terminal_of_its_console(client: EngineClient, served: Home) -> None:
    pid = client.request(Ping()).pid
    reads, prints, complains = (str(Path(f"/proc/{pid}/fd/{number}").readlink()) for number in range(3))
    assert reads == os.devnull
    assert prints == complains == str(served.path / "engine.log")
    assert os.getsid(pid) != os.getsid(0)
    assert b"PYTHONDONTWRITEBYTECODE" not in Path(f"/proc/{pid}/environ").read_bytes()


@pytest.fixture
def empty_home(tmp_path: Path, drawn_digits: Path) -> Iterator[Home]:
    """A home for an engine that the test ends itself."""
    with engine_home(tmp_path / "home", drawn_digits) as home:
        yield home


def test_two_consoles_at_once_start_one_engine_which_leaves_when_nobody_needs_it(empty_home: Home) -> None:
    clients = [EngineClient(empty_home, idle_seconds=0.2) for _ in range(4)]
    ready, told = threading.Barrier(len(clients)), dict[int, Status]()

    def attach(number: int) -> None:
        ready.wait()
        told[number] = clients[number].connect()

    threads = [threading.Thread(target=attach, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 4
    (pid,) = {status.pid for status in told.values()}
    assert clients[0].request(Ping()).pid == pid
    for client in clients[1:]:
        client.close()
    settle(lambda: clients[0].request(Ping()).attached == 1)
    clients[0].close()

    def has_left() -> bool:
        """Whether no engine answers: one that was slow to start, and came when the first had gone, leaves as it did."""
        try:
            clients[0].connect(start=False)
        except EngineGone as gone:
            return "no engine is running" in str(gone)
        clients[0].close()
        return False

    settle(lambda: not Address(empty_home).lock.held() and has_left())
    assert not (empty_home.path / "engine.sock").exists()
    assert "nobody needs the engine" in (empty_home.path / "engine.log").read_text()


def test_a_killed_engine_leaves_interrupted_runs_which_the_next_one_continues(empty_home: Home) -> None:
    client = EngineClient(empty_home)
    pid = client.connect().pid
    run, waiting = start(client, empty_home, LONG), start(client, empty_home, QUICK)
    settle(lambda: run.state().checkpoint)
    os.kill(pid, signal.SIGKILL)
    settle(lambda: not client.connected)
    with pytest.raises(EngineGone, match="have ended"):
        client.request(Ping())
    with pytest.raises(EngineGone):
        client.request(Ping())
    reach(run, INTERRUPTED)
    reach(waiting, INTERRUPTED)
    assert (empty_home.path / "engine.sock").exists()
    assert client.connect().pid != pid
    for left in (run, waiting):
        client.request(Continue(run=left.id))
    before = run.state().step
    settle(lambda: run.state().step > before)
    assert client.request(Ping()).waiting == (Job(run=waiting.id, device="cpu"),)
    os.kill(client.request(Ping()).pid, signal.SIGTERM)
    settle(lambda: not Address(empty_home).lock.held())
    assert [status(left) for left in (run, waiting)] == [STOPPED, UNQUEUED]
    assert run.state().reason == "the engine was asked to leave"
    assert run.state().checkpoint and not client.connected
    client.close()


def test_an_engine_that_holds_the_lock_and_does_not_answer_is_named(home: Home) -> None:
    lock = RunLock(home.path / "engine.lock")
    lock.acquire()
    address = Address(home)
    with pytest.raises(EngineGone, match=f"process {os.getpid()} on .*continued"), address.listen():
        EngineClient(home).connect(timeout=0.3)
    address.forget()
    with pytest.raises(EngineGone, match="does not answer"):
        EngineClient(home).connect(timeout=0.1)
    lock.release()


@contextmanager
def stand_in(home: Home, *replies: bytes) -> Iterator[None]:
    """Something that answers one client's requests with these lines, and then no more."""

    def answer() -> None:
        connected, _ = listener.accept()
        with connected, connected.makefile("rb") as lines:
            for reply in replies:
                lines.readline()
                connected.sendall(reply)
            lines.read()

    with Address(home).listen() as listener:
        thread = threading.Thread(target=answer)
        thread.start()
        yield
        thread.join()


def test_an_engine_of_another_version_is_said_to_be_one(home: Home) -> None:
    with stand_in(home, b'{"reply":"status","mood":"fine"}\n'), pytest.raises(EngineGone, match="another version"):
        EngineClient(home).connect()


def test_an_engine_that_no_longer_answers_is_given_up(home: Home) -> None:
    status = Status(
        pid=1, version="1", since=1.0, attached=1, torch_loaded=True, trouble="", training=(), waiting=()
    )  # fmt: skip
    client = EngineClient(home)
    with stand_in(home, encode(status)):
        assert client.connect() == status
        assert client.connected
        with pytest.raises(EngineGone, match=r"not answered within 0\.05 s"):
            client.request(Ping(), timeout=0.05)
        assert not client.connected


def test_an_engine_on_another_machine_is_not_waited_for(home: Home) -> None:
    lease(home.path / "engine.lock", pid=7, host="gpu1")
    with pytest.raises(EngineGone, match=r"process 7 on gpu1\.\nStart runs there"):
        EngineClient(home).connect()


def test_an_engine_that_starts_slowly_is_waited_for_beside_what_an_old_one_left(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.path / "engine.address").write_text('{"socket":"/nowhere/engine.sock","pid":99999,"host":"container-old"}')
    lease(home.path / "engine.lock", pid=99999, host="container-old", age=100)
    program = home.path / "python"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    client = EngineClient(home)
    with pytest.raises(EngineGone, match="does not answer"):
        client.connect(timeout=2.5)
    assert client._child is not None
    client._child.kill()
    client._child.wait()


def test_a_home_on_a_disk_without_locks_is_named_with_the_remedy(home: Home, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import errno, fcntl\ndef flock(*_): raise OSError(errno.ENOLCK, 'No locks available')\nfcntl.flock = flock\n"
    )
    command = [sys.executable, "-m", "engine.service.server", "--home", str(home.path)]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert f"{home.path} is on a disk without locks (No locks available)" in line and "Set MNIST_TUI_HOME" in line


def test_an_engine_that_does_not_start_is_told_with_its_last_words(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    program = home.path / "python"
    program.write_text("#!/bin/sh\necho no such module >&2\nexit 1\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(EngineGone, match=r"no such module[^$]*engine\.log"):
        EngineClient(home).connect()


def test_an_engine_whose_log_takes_no_word_is_told_with_the_reason(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.path / "engine.log").mkdir()
    with pytest.raises(EngineGone, match=r"engine\.log: Is a directory"):
        EngineClient(home).connect()
    monkeypatch.setattr(
        "engine.service.client.open_log", lambda path: os.fdopen(os.open("/dev/full", os.O_WRONLY), "wb")
    )
    with pytest.raises(EngineGone, match=r"engine\.log: No space left"):
        EngineClient(home).connect()


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    home = Home(tmp_path / "file" / "home")
    with pytest.raises(Exception, match="Set MNIST_TUI_HOME") as error:
        EngineClient(home).connect()
    assert type(error.value).__name__ == "HomeError"
    command = [sys.executable, "-m", "engine.service.server", "--home", str(home.path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Set MNIST_TUI_HOME" in done.stderr and "Traceback" not in done.stderr


def test_a_client_that_is_not_connected_says_so(home: Home) -> None:
    client = EngineClient(home)
    assert not client.connected
    with pytest.raises(EngineGone):
        client.request(Ping())
    client.close()
