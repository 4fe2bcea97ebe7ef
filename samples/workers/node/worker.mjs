#!/usr/bin/env node
// A worker for activities in JavaScript, over the silo's HTTP API. Node 18 or newer and its standard library only.
//
//     node worker.mjs --queue samples [--address http://127.0.0.1:8233] [--parallel 4]
//
// Activities are functions in `activities`, by name: a workflow calls 'samples:upper'. A function takes a task and the call's
// arguments; what it returns is the result, what it throws is the failure.
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';

class Failure extends Error {
  constructor(message, type = 'Failure', nonRetryable = false) {
    super(message);
    this.type = type;
    this.nonRetryable = nonRetryable;
  }
}

const pause = (ms, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, ms);
  signal?.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
});

class Silo {
  constructor(address, key) {
    this.address = address.replace(/\/$/, '');
    this.headers = { 'Content-Type': 'application/json', ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  }

  async post(path, body, timeout = 90_000) {
    const answer = await fetch(`${this.address}/api/v1/workers/${path}`,
      { method: 'POST', headers: this.headers, body: JSON.stringify(body), signal: AbortSignal.timeout(timeout) });
    const text = await answer.text();
    if (!answer.ok) throw Object.assign(new Error(text), { status: answer.status });
    return text ? JSON.parse(text) : null;
  }

  // Says how an attempt ended, until that is durable or the attempt is not ours any more.
  async settle(path, body) {
    for (let wait = 200; ; wait = Math.min(wait * 2, 5000)) {
      try {
        await this.post(path, body);
        return true;
      } catch (e) {
        if (e.status === 409) return false; // it has ended, or was given to another worker after a silence: drop the work
        if (e.status && e.status < 500) {
          console.error(`the silo refuses ${path}: ${e.message}`);
          return false;
        }
      }
      await pause(wait);
    }
  }
}

class Task {
  #silo; #work; #details; #timer; #abort = new AbortController();

  constructor(silo, work) {
    this.#silo = silo;
    this.#work = work;
    this.attempt = work.attempt;
    this.idempotencyKey = work.idempotencyKey;
    this.lastDetails = work.heartbeatDetails;
    const every = Math.min(work.leaseSeconds / 3, (work.heartbeatSeconds ?? 90) / 3, 10);
    this.#timer = setInterval(() => this.#beat(), every * 1000);
  }

  // Aborted once the workflow wants the attempt to end.
  get signal() { return this.#abort.signal; }

  // Where the attempt stands; the next attempt finds it as lastDetails.
  heartbeat(details) { this.#details = details; }

  end() { clearInterval(this.#timer); }

  async #beat() {
    try {
      const body = { token: this.#work.token, ...(this.#details === undefined ? {} : { details: this.#details }) };
      const answer = await this.#silo.post('heartbeat', body, 10_000);
      if (answer.cancelRequested) this.#abort.abort(new Error('canceled'));
    } catch (e) {
      if (e.status === 409) this.#abort.abort(new Error('canceled'));
    }
  }
}

const activities = {
  upper: (task, text) => text.toUpperCase(),
  divide: (task, a, b) => {
    if (b === 0) throw new Failure('nothing can be divided by zero', 'DivisionByZero', true);
    return a / b;
  },
  flaky: (task, failures) => {
    if (task.attempt <= failures) throw new Failure(`attempt ${task.attempt} fails`);
    return task.attempt;
  },
  slow: async (task, seconds) => {
    const start = task.lastDetails ?? 0;
    for (let second = start; second < seconds; second++) {
      task.heartbeat(second);
      await pause(1000, task.signal);
    }
    return `began at ${start}`;
  },
};

async function run(silo, work) {
  const task = new Task(silo, work);
  const token = work.token;
  try {
    const activity = activities[work.activity];
    if (!activity) throw new Failure(`this worker has no activity '${work.activity}'`, 'UnknownActivity');
    const result = await activity(task, ...work.arguments);
    task.end();
    await silo.settle('complete', { token, result });
  } catch (e) {
    task.end();
    if (task.signal.aborted) await silo.settle('cancel', { token, reason: 'the worker was told to end it' });
    else await silo.settle('fail', { token, failure: {
      message: e.message || String(e), type: e.type ?? e.name, nonRetryable: e.nonRetryable ?? false } });
  }
}

async function serve(silo, queue, name) {
  for (let wait = 200; !stopping;) {
    let work;
    try {
      work = await silo.post('poll', { queue, worker: name, waitSeconds: 20 });
      wait = 200;
    } catch (e) {
      console.error(`no work from ${silo.address}: ${e.message}`);
      await pause(wait);
      wait = Math.min(wait * 2, 5000);
      continue;
    }
    if (work) await run(silo, work);
  }
}

let stopping = false;
const { values } = parseArgs({ options: {
  queue: { type: 'string' },
  address: { type: 'string', default: process.env.ORCHESTRATION_ADDRESS ?? 'http://127.0.0.1:8233' },
  parallel: { type: 'string', default: '4' },
} });
if (!values.queue) {
  console.error('worker.mjs: --queue NAME is missing');
  process.exit(2);
}
const silo = new Silo(values.address, process.env.ORCHESTRATION_API_KEY);
const name = `node-${hostname()}-${process.pid}`;
for (const end of ['SIGTERM', 'SIGINT']) process.on(end, () => process.exit(0));
for (let i = 0; i < Number(values.parallel); i++) serve(silo, values.queue, name);
console.log(`Ready: ${name} serves '${values.queue}' at ${values.address}`);
