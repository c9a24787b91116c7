// Edits drawn at once: each stays on the curve until the server has answered it.
const PAUSE_MS = 250; // keys pressed one after the other are one edit

class Editor extends Painter {
  constructor() {
    super();
    this.truth = null; // what the server said
    this.model = null; // the same with pending edits and the one under the pointer
    this.pending = [];
    this.preview = null;
    this.seq = 0;
    this.client = Math.random().toString(36).slice(2, 10);
  }

  rebuild() {
    const { truth } = this, measures = {};
    for (const [name, series] of Object.entries(truth.measures)) measures[name] = { ...series, now: series.now.slice() };
    this.model = { ...truth, measures };
    const waiting = this.pending.filter((item) => item.edit).map((item) => item.edit);
    for (const edit of this.preview ? waiting.concat([this.preview]) : waiting) this.apply(edit);
  }

  // The same rules as the server's: a range of contacts is changed as a day's total, handle times one by one.
  apply(edit) {
    if (edit.queue !== this.model.queue) return;
    const { steps, measures } = this.model, now = measures[edit.measure].now;
    if (edit.kind === "points") {
      const values = new Map(edit.values);
      steps.forEach((step, at) => { if (values.has(step)) now[at] = values.get(step); });
      return;
    }
    const inside = steps.map((step, at) => at).filter((at) => steps[at] >= edit.first && steps[at] < edit.end);
    for (const day of new Set(inside.map((at) => this.model.day[at]))) {
      const places = inside.filter((at) => this.model.day[at] === day);
      const total = places.reduce((sum, at) => sum + (now[at] || 0), 0), open = places.filter((at) => this.model.open[at]);
      const wanted = edit.op === "set" ? edit.value : Math.max(0, total + edit.value);
      for (const at of places) {
        if (edit.op === "multiply") now[at] *= edit.value;
        else if (edit.measure === "aht_s") now[at] = Math.max(1, edit.op === "set" ? edit.value : now[at] + edit.value);
        else if (total > 0) now[at] *= wanted / total;
        else now[at] = this.model.open[at] ? wanted / open.length : 0;
      }
    }
  }

  points(values) {
    const { measure } = this.view, round = (v) => Math.round(v * 100) / 100;
    const open = [...values].filter(([at]) => this.model.open[at]);
    return { kind: "points", queue: this.model.queue, measure, values: open.map(([at, v]) => [this.model.steps[at], round(v)]) };
  }

  ranged(op, value) {
    const { steps } = this.model, [first, end] = this.range();
    return { kind: "range", queue: this.model.queue, measure: this.view.measure, op, first: steps[first], end: steps[end - 1] + 1, value };
  }

  edit(edit) {
    if (!this.model.editable || (edit.values && !edit.values.length)) return;
    this.pending.push({ seq: ++this.seq, edit });
    this.preview = null;
    this.rebuild();
    this.draw();
    this.post();
  }

  step(word) {
    this.flush();
    if (!this.model.editable) return;
    this.pending.push({ seq: ++this.seq, word });
    this.post();
  }

  post() {
    this.sentAt = performance.now();
    this.root.dataset.waiting = String(this.pending.length);
    const items = this.pending.map((item) => [item.seq, item.word || item.edit]);
    this.send("edits", { client: this.client, seen: this.truth.rev, base: this.truth.base, items });
  }

  // An arrow key: drawn at once, told to the server after a short rest.
  nudge(value) {
    if (!this.model.editable) return;
    const [first, end] = this.range();
    if (end - first > 1) {
      this.factor = (this.factor || 1) * (1 + value / 100);
      this.preview = this.ranged("multiply", Math.round(this.factor * 10000) / 10000);
    } else {
      const at = this.view.at, unit = this.view.measure === "volume" ? 1 : 5;
      if (at === null) return;
      const whole = this.preview ? this.series.now[at] : Math.round(this.series.now[at]);
      this.preview = this.points([[at, Math.max(0, whole + Math.sign(value) * unit * (Math.abs(value) > 1 ? 5 : 1))]]);
    }
    this.rebuild();
    this.draw();
    this.speak();
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.flush(), PAUSE_MS);
  }

  flush() {
    clearTimeout(this.rest);
    this.factor = 1;
    if (!this.drag && this.preview) this.edit(this.preview);
  }

  receive(data) {
    const session = (base) => String(base).split("-")[0];
    if (this.truth && session(this.truth.base) !== session(data.base)) this.pending = [];
    const [client, seq] = data.ack;
    if (client === this.client) this.pending = this.pending.filter((item) => item.seq > seq);
    this.truth = data;
    this.rebuild();
    if (client === this.client && data.said) this.live.textContent = data.said;
    this.root.dataset.waiting = String(this.pending.length);
    this.root.dataset.rev = String(data.rev);
    if (this.sentAt && !this.pending.length) {
      this.root.dataset.confirmMs = (performance.now() - this.sentAt).toFixed(0);
      this.sentAt = 0;
    }
  }
}
