#!/usr/bin/env python3
"""A worker for activities in Python, over the silo's HTTP API. The standard library only.

    python3 worker.py --queue samples [--address http://127.0.0.1:8233] [--parallel 4]

Activities are functions in ACTIVITIES, by name: a workflow calls 'samples:upper'. A function takes a Task and the call's
arguments; what it returns is the result, what it raises is the failure. Keep `alive`, `complete` and `fail` as they are for
workers of your own.
"""
import argparse
import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request


class Canceled(Exception):
    """Raised by Task.check once the workflow wants the attempt to end."""


class Failure(Exception):
    """A failure with a name of its own, which retry policies may know."""

    def __init__(self, message, type="Failure", non_retryable=False):
        super().__init__(message)
        self.type = type
        self.non_retryable = non_retryable


class Silo:
    """Calls the HTTP API. What is not answered is asked again: outcomes are told apart by their token."""

    def __init__(self, address, key=None):
        self.address = address.rstrip("/")
        self.headers = {"Content-Type": "application/json"}
        if key:
            self.headers["Authorization"] = "Bearer " + key

    def post(self, path, body, timeout=90):
        request = urllib.request.Request(
            self.address + "/api/v1/workers/" + path, json.dumps(body).encode(), self.headers, method="POST")
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            data = answer.read()
            return json.loads(data) if data else None

    def settle(self, path, body):
        """Says how an attempt ended, until that is durable or the attempt is not ours any more."""
        pause = 0.2
        while True:
            try:
                self.post(path, body)
                return True
            except urllib.error.HTTPError as e:
                if e.code == 409:  # it has ended, or was given to another worker after a silence: drop the work
                    return False
                if e.code < 500:
                    print("the silo refuses %s: %s" % (path, e.read().decode(errors="replace")), file=sys.stderr, flush=True)
                    return False
            except OSError:
                pass  # the silo is away; the attempt is ours until its lease ends
            time.sleep(pause)
            pause = min(pause * 2, 5)


class Task:
    """One attempt of one call."""

    def __init__(self, silo, work):
        self.silo, self.work = silo, work
        self.attempt = work["attempt"]
        self.idempotency_key = work["idempotencyKey"]
        self.last_details = work.get("heartbeatDetails")
        self._details = None
        self._canceled = threading.Event()
        self._done = threading.Event()
        limits = [work["leaseSeconds"] / 3, (work.get("heartbeatSeconds") or 90) / 3, 10]
        self._beat = threading.Thread(target=self._keep_alive, args=(min(limits),), daemon=True)
        self._beat.start()

    def heartbeat(self, details):
        """Where the attempt stands; the next attempt finds it as last_details."""
        self._details = details

    def check(self):
        """Raises Canceled once the attempt should end."""
        if self._canceled.is_set():
            raise Canceled()

    def wait(self, seconds):
        """Waits, but no longer than the attempt should go on."""
        if self._canceled.wait(seconds):
            raise Canceled()

    def end(self):
        self._done.set()

    def _keep_alive(self, every):
        while not self._done.wait(every):
            try:
                body = {"token": self.work["token"]}
                if self._details is not None:
                    body["details"] = self._details
                if self.silo.post("heartbeat", body, timeout=10)["cancelRequested"]:
                    self._canceled.set()
            except urllib.error.HTTPError as e:
                if e.code == 409:
                    self._canceled.set()
            except OSError:
                pass  # tried again at the next beat


def upper(task, text):
    return text.upper()


def divide(task, a, b):
    if b == 0:
        raise Failure("nothing can be divided by zero", type="DivisionByZero", non_retryable=True)
    return a / b


def flaky(task, failures):
    if task.attempt <= failures:
        raise Failure("attempt %d fails" % task.attempt)
    return task.attempt


def slow(task, seconds):
    start = task.last_details or 0
    for second in range(start, seconds):
        task.heartbeat(second)
        task.wait(1)
    return "began at %d" % start


ACTIVITIES = {"upper": upper, "divide": divide, "flaky": flaky, "slow": slow}


def run(silo, work):
    task = Task(silo, work)
    token = work["token"]
    try:
        function = ACTIVITIES.get(work["activity"])
        if function is None:
            raise Failure("this worker has no activity '%s'" % work["activity"], type="UnknownActivity")
        result = function(task, *work["arguments"])
        task.end()
        silo.settle("complete", {"token": token, "result": result})
    except Canceled:
        task.end()
        silo.settle("cancel", {"token": token, "reason": "the worker was told to end it"})
    except Exception as e:  # whatever it is, the workflow is told
        task.end()
        silo.settle("fail", {"token": token, "failure": {
            "message": str(e) or type(e).__name__, "type": getattr(e, "type", type(e).__name__),
            "nonRetryable": getattr(e, "non_retryable", False)}})


def serve(silo, queue, name, stop):
    pause = 0.2
    while not stop.is_set():
        try:
            work = silo.post("poll", {"queue": queue, "worker": name, "waitSeconds": 20})
            pause = 0.2
        except (OSError, ValueError) as e:
            print("no work from %s: %s" % (silo.address, e), file=sys.stderr, flush=True)
            stop.wait(pause)
            pause = min(pause * 2, 5)
            continue
        if work:
            run(silo, work)


def main():
    options = argparse.ArgumentParser(description="Carries out activities of one queue.")
    options.add_argument("--queue", required=True)
    options.add_argument("--address", default=os.environ.get("ORCHESTRATION_ADDRESS", "http://127.0.0.1:8233"))
    options.add_argument("--parallel", type=int, default=4)
    given = options.parse_args()
    silo = Silo(given.address, os.environ.get("ORCHESTRATION_API_KEY"))
    name = "python-%s-%d" % (socket.gethostname(), os.getpid())
    stop = threading.Event()
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, lambda *_: stop.set())
    threads = [threading.Thread(target=serve, args=(silo, given.queue, name, stop), daemon=True) for _ in range(given.parallel)]
    for thread in threads:
        thread.start()
    print("Ready: %s serves '%s' at %s" % (name, given.queue, given.address), flush=True)
    stop.wait()


if __name__ == "__main__":
    main()
