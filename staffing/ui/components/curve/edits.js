// Edits drawn at once: each stays on the curve until the server has answered it.
const PAUSE_MS = 250; // keys pressed one after the other are one edit

class Editor extends Painter {
  rebuild() {
    const { truth } = this, measures = {};
    for (const [name, series] of Object.entries(truth.measures)) measures[name] = { ...series, now: series.now.slice() };
    this.model = { ...truth, measures };
    for (const edit of this.preview ? this.drawn.concat([this.preview]) : this.drawn) this.apply(edit);
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
    this.take(edit);
    this.preview = null;
    this.rebuild();
    this.draw();
    this.post();
  }

  step(word) {
    this.flush();
    super.step(word);
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
    this.root.dataset.waiting = String(this.pending.length + 1);
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.flush(), PAUSE_MS);
  }

  flush() {
    clearTimeout(this.rest);
    this.factor = 1;
    if (!this.drag && this.preview) this.edit(this.preview);
    else this.root.dataset.waiting = String(this.pending.length);
  }

  receive(data) {
    const lost = this.meet(data.base);
    this.truth = data;
    this.rev = data.rev;
    this.answered(data);
    this.rebuild();
    if (lost) this.live.textContent = data.labels.lost;
  }
}
