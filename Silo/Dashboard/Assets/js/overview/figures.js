// What the cluster's figures come to between two readings. Pure.

const MOST = 120;

/** Readings that are closer together say nothing of a rate. */
const APART = 2_000;

/** The figures as they stand; `add` takes what the silo says next. */
export class Figures {
  latest = null;
  #before = null;
  series = new Map();
  rates = { workflows: new Map(), activities: new Map(), cpu: new Map() };

  /** Takes a reading; the last periods are told again, since silos end them at different moments. */
  add(reading) {
    if (!this.#before) this.#before = reading;
    else if (new Date(reading.at) - new Date(this.#before.at) >= APART) {
      this.#compare(this.#before, reading);
      this.#before = reading;
    }
    this.latest = reading;
    for (const sample of reading.series) this.series.set(sample.at, sample);
    for (const at of [...this.series.keys()].sort().slice(0, -MOST)) this.series.delete(at);
  }

  /** The course, oldest first. */
  get course() {
    return [...this.series.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
  }

  /** What a type does a second; null before there are two readings. */
  rateOf(kind, type) {
    return this.rates[kind].get(type) ?? null;
  }

  /** The sums of the last minute, a second. */
  get lastMinute() {
    // The period that has just ended is not told by all silos yet.
    const samples = this.course.slice(-13, -1);
    const total = (field) => samples.reduce((sum, s) => sum + s[field], 0);
    const time = samples.length * (this.latest?.seriesSeconds ?? 5);
    if (time === 0) return null;
    return {
      started: total("started") / time,
      closed: total("closed") / time,
      failed: total("failed") / time,
      activities: total("activities") / time,
      activityFailures: total("activityFailures") / time,
    };
  }

  #compare(before, now) {
    const time = (new Date(now.at) - new Date(before.at)) / 1000;
    for (const kind of ["workflows", "activities"]) {
      const old = new Map(before[kind].map((t) => [t.type, t]));
      this.rates[kind] = new Map(
        now[kind].map((t) => {
          const o = old.get(t.type);
          // A silo that has gone takes its counts with it: then nothing is known for a period.
          const per = (field) => (o && t[field] >= o[field] ? (t[field] - o[field]) / time : null);
          return [t.type, { started: per("started"), ended: per("ended"), failed: per("failed") }];
        }),
      );
    }
    const cpu = new Map(before.silos.map((s) => [s.silo, s.cpuSeconds]));
    this.rates.cpu = new Map(
      now.silos.map((s) => {
        const o = cpu.get(s.silo);
        return [s.silo, o === undefined || !s.hasAnswered || s.cpuSeconds < o ? null : (s.cpuSeconds - o) / time];
      }),
    );
  }
}
