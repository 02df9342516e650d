"""What the console costs, measured on a pseudo-terminal while the reference network trains flat out."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from engine.config.presets import presets
from engine.config.run_config import RunConfig
from engine.home import Home
from engine.interval import Interval
from engine.runs.directory import Run
from engine.runs.event_log import Follower
from engine.runs.events import Ending, Event, Paused, Steps
from engine.runs.steering import PAUSE, STOP
from engine.service.client import EngineClient
from engine.service.protocol import Devices, Quit, Start
from engine.service.subprocesses import environment
from tui.panes.model.draft import Draft
from tui.panes.model.drawing import NAMES, PRESET, Form
from tui.tools.display import COLUMNS, LINES, Display
from tui.tools.figures import Figure, Measurement, at_most
from tui.tools.link_bench import SHOWN, link_measurements
from tui.tools.pseudoterminal import PseudoTerminal

PAINTED = "painted"
EMPTY_APP = f"""
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static({PAINTED!r})
Empty().run()
"""
CONSOLE = (sys.executable, "-m", "tui")
UP, DOWN, BACK_TAB = "\x1b[A", "\x1b[B", "\x1b[Z"
KEY_PRESS, KEY_PRESS_BUSY = "key press to painted screen", "key press while every slot trains"
# Letters by which a line of help is known on the screen.
LEGIBLE = 20
# Seven keys a second, as somebody who holds one down; then seconds until a console has shown all.
BETWEEN_KEYS = 0.14
SETTLING = 3.0
NAME = "bench"
# Epochs: of a run that outlasts any measurement, and of one whose curves are seen to move.
FOR_EVER, A_WHILE = 10_000, 100
TIMEOUT = 30.0
ROUNDS = 5


def console_measurements(home: Home, seconds: float) -> Iterator[Measurement]:
    """Every budget of the console, each measured for about `seconds`, with the data of `home`, its runs apart."""
    with tempfile.TemporaryDirectory(prefix="mnist-tui-", ignore_cleanup_errors=True) as folder:
        apart = Home(Path(folder))
        apart.runs.mkdir(mode=0o700)
        apart.data.symlink_to(home.prepare().data.absolute())
        bench = Bench(apart, seconds)
        try:
            yield from bench.measurements()
        finally:
            bench.close()


class Bench:
    """Measures beside runs that it starts in a home of its own."""

    def __init__(self, home: Home, seconds: float) -> None:
        self._home = home
        self._seconds = seconds
        self._client = EngineClient(home)
        self._client.connect()

    def measurements(self) -> Iterator[Measurement]:
        """What is measured, one after the other."""
        live, slow = "bytes while training", "bytes while training, slow link"
        yield Measurement("training speed with and without a console", lambda: [self.training_speed()])
        yield Measurement(KEY_PRESS, lambda: self.key_press(KEY_PRESS, self.training(FOR_EVER)))
        yield Measurement(KEY_PRESS_BUSY, lambda: self.key_press(KEY_PRESS_BUSY, self.training_on_every_slot()))
        yield Measurement(live, lambda: [self.bytes_live(live, (), 10.0)])
        yield Measurement(slow, lambda: [self.bytes_live(slow, ("--slow-link",), 2.0)])
        yield Measurement("bytes while idle", lambda: [self.bytes_idle()])
        yield Measurement("first paint", lambda: [self.first_paint()])
        yield from self.link_measurements()

    def close(self) -> None:
        """End the engine, and wait until it has gone."""
        dismiss(self._client)

    @contextmanager
    def training(self, epochs: int) -> Iterator[Run]:
        """The reference network, which trains for as long as it is wanted."""
        config = RunConfig(epochs=epochs)
        run = Run(self._home.runs / self._client.request(Start(config=config, run_name=NAME)).run)
        follower = Follower(run.events_path)
        try:
            _await(follower, Steps)
            yield run
        finally:
            if run.lock.held():
                run.request(STOP)
                _await(follower, Ending)

    @contextmanager
    def training_on_every_slot(self) -> Iterator[list[Run]]:
        """As many of these as the machine trains at once."""
        with ExitStack() as training:
            # Once one trains, the slots are known.
            runs = [training.enter_context(self.training(FOR_EVER))]
            slots = self._client.request(Devices(config=RunConfig())).devices
            runs += [training.enter_context(self.training(FOR_EVER)) for _ in slots[1:]]
            yield runs

    @contextmanager
    def _console(self, *options: str) -> Iterator[Display]:
        """A console that shows the run, and has for a moment."""
        with running([*CONSOLE, *options], self._home, NAME) as terminal:
            terminal.read_for(SETTLING)
            yield terminal

    def training_speed(self) -> Figure:
        """How fast training is with a console attached, as a share of how fast it is without."""
        ratios = []
        with self.training(FOR_EVER) as run:
            for _ in range(ROUNDS):
                alone = _steps_a_second(run, lambda: time.sleep(self._seconds / ROUNDS))
                with self._console() as terminal:
                    attached = _steps_a_second(run, lambda: terminal.read_for(self._seconds / ROUNDS))
                ratios.append(attached / alone)
        ratio = statistics.median(ratios)
        return Figure("training speed with a console", ratio, "of that without", 0.97, ratio >= 0.97)

    def key_press(self, name: str, training: AbstractContextManager[object]) -> list[Figure]:
        """From a key press to the screen that answers it, for each of the keys equally often."""
        with training, self._console() as terminal:
            deadline = Interval(self._seconds)
            delays: list[float] = []
            while not deadline.is_over():
                for key, shown in _keys():
                    terminal.read_for(BETWEEN_KEYS)
                    delays.append(_answered(terminal, key, shown))
        return [
            at_most(f"{name}, median", statistics.median(delays), "ms", 20),
            at_most(f"{name}, 99th percentile", sorted(delays)[len(delays) * 99 // 100], "ms", 50),
        ]

    def bytes_live(self, name: str, options: tuple[str, ...], budget: float) -> Figure:
        """What the console writes to the terminal while a run goes on and no key is pressed."""
        with self.training(A_WHILE), self._console(*options) as terminal:
            return at_most(name, len(terminal.read_for(self._seconds)) / self._seconds / 1024, "KiB/s", budget)

    def bytes_idle(self) -> Figure:
        """The same while the run is paused."""
        with self.training(A_WHILE) as run:
            follower = Follower(run.events_path)
            run.request(PAUSE)
            _await(follower, Paused)
            with self._console() as terminal:
                terminal.until_quiet(SETTLING, TIMEOUT)
                written = len(terminal.read_for(self._seconds))
        return at_most("bytes while idle", written / self._seconds / 1024, "KiB/s", 0)

    def link_measurements(self) -> Iterator[Measurement]:
        """What views cost a link and slow links a person, with two runs that have ended."""
        yield Measurement("two runs to look at over a link", self._train_two)
        yield from link_measurements(self._home)

    def link(self) -> Iterator[Figure]:
        """The figures of these."""
        for measurement in self.link_measurements():
            yield from measurement.figures()

    def _train_two(self) -> Iterable[Figure]:
        for _ in range(2):
            with self.training(epochs=1) as run:
                _await(Follower(run.events_path), Ending)
        return ()

    def first_paint(self) -> Figure:
        """From the start of the program to its first screen, against a Textual application with one word on it."""
        ratios = []
        for _ in range(ROUNDS):
            empty = self._paint([sys.executable, "-c", EMPTY_APP], PAINTED)
            ratios.append(self._paint(CONSOLE, "Differences") / empty)
        return at_most("first paint", statistics.median(ratios), "of an empty Textual application", 1.3)

    def _paint(self, command: Sequence[str], shown: str) -> float:
        began = time.perf_counter()
        with running(command, self._home, shown):
            return time.perf_counter() - began


@contextmanager
def running(command: Sequence[str], home: Home, shown: str) -> Iterator[Display]:
    """A program on a pseudo-terminal, with this home, once it has `shown` something."""
    environ = {**environment(), "MNIST_TUI_HOME": str(home.path)}
    environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    terminal = PseudoTerminal(command, environ, COLUMNS, LINES)
    try:
        display = Display(terminal, COLUMNS, LINES)
        display.until(shown, TIMEOUT)
        yield display
    finally:
        terminal.close()


def dismiss(client: EngineClient) -> None:
    """End an engine with all its runs, and wait until it has gone."""
    client.request(Quit())
    deadline = Interval(TIMEOUT)
    while client.connected and not deadline.is_over():
        time.sleep(0.05)
    client.close()


def _answered(terminal: Display, key: str, shown: str) -> float:
    """Milliseconds until the screen shows what a key leads to. Raises TimeoutError where it never does."""
    pressed = time.perf_counter()
    terminal.press(key)
    terminal.until(shown, TIMEOUT)
    return 1000 * (time.perf_counter() - pressed)


def _steps_a_second(run: Run, meanwhile: Callable[[], object]) -> float:
    follower = Follower(run.events_path)
    while follower.poll():
        pass
    meanwhile()
    steps = [event for event in follower.poll() if isinstance(event, Steps)]
    return (steps[-1].step - steps[0].step) / (steps[-1].time - steps[0].time)


def _await(follower: Follower, kind: type[Event]) -> None:
    deadline = Interval(10 * TIMEOUT)
    while not any(isinstance(event, kind) for event in follower.poll()):
        if deadline.is_over():
            raise TimeoutError(f"the run says nothing of {kind.__name__}; see: mnist-tui doctor")
        time.sleep(0.05)


def _keys() -> Iterator[tuple[str, str]]:
    """Keys with what the screen shows only once it has answered them: through the form, and from view to view.

    In the form letters are typed, so that views are gone to from the pane before it."""
    preset = next(preset for preset in presets().values() if preset.config == RunConfig())
    form = Form(Draft.of(preset.config, preset), (preset,), PRESET)
    helps = [form.hint(name)[0][:LEGIBLE] for name in NAMES]
    yield "e", "As preset"
    yield from ((DOWN, help) for help in helps[1:])
    yield from ((UP, help) for help in helps[-2::-1])
    yield BACK_TAB, "q Quit"
    yield from ((view, SHOWN[view]) for view in "2345")
