// Commands at the cursor and the keys for them.
class Keys extends Roster {
  get here() {
    const agent = this.order_[this.view.row], { slot } = this.view;
    if (agent === undefined || slot === null) return null;
    const shift = this.shiftAt(agent, slot) || this.shiftOn(agent, this.dayOf(slot));
    return { agent, id: this.model.agents.id[agent], slot, shift, day: shift ? shift.day : this.dayOf(slot) };
  }

  // Runs `act` on the shift at the cursor; says so where there is none.
  onShift(act) {
    const { here } = this, { labels } = this.model;
    if (!here || !here.shift) { this.live.textContent = labels.no_shift; return; }
    act(here);
  }

  removeHere() { this.onShift(({ id, day }) => this.edit({ kind: "remove", agent: id, day })); }

  lockHere() {
    this.onShift(({ id, day, shift }) => this.edit({ kind: "lock", agent: id, day, locked: !shift.parts.some((p) => p.kind.locked) }));
  }

  markHere() {
    this.onShift(({ agent, day }) => {
      this.marked = { agent: this.model.agents.id[agent], day };
      this.live.textContent = `${this.model.labels.copied} ${this.model.agents.name[agent]} · ${this.model.days[day].label}`;
      this.draw();
    });
  }

  paste() {
    const { here, marked } = this, { labels } = this.model;
    if (!marked || !here) { this.live.textContent = labels.nothing_copied; return; }
    this.edit({ kind: "copy", agent: marked.agent, day: marked.day, to_agent: here.id, to_day: this.dayOf(here.slot) });
  }

  swap() {
    const { here, marked } = this, { labels } = this.model;
    if (!marked || !here) { this.live.textContent = labels.nothing_copied; return; }
    this.edit({ kind: "swap", agent: marked.agent, day: marked.day, other: here.id });
  }

  insertHere() {
    const { here } = this;
    if (!here) { this.live.textContent = this.model.labels.ask_where; return; }
    this.insertAt({ slot: here.slot, agent: here.agent });
  }

  // A shift of the chosen type, else of the contract's type whose start is nearest to the place.
  insertAt({ slot, agent }) {
    if (!this.model.editable || slot === null || agent === undefined) return;
    const day = this.dayOf(slot);
    if (this.shiftOn(agent, day)) return;
    const { days, minute, shifts, agents, contracts } = this.model, asked = this.type.value;
    const wanted = shifts.filter((s, i) => (asked ? s.id === asked : contracts[agents.contract[agent]].includes(i)));
    let best = null;
    for (const shift of wanted) {
      for (let t = days[day].start; t < days[day].end; t++) {
        const m = minute[t];
        if (m < shift.from || m > shift.to || (m - shift.from) % shift.step || !shift.weekdays.includes(days[day].weekday)) continue;
        if (!best || Math.abs(t - slot) < Math.abs(best.start - slot)) best = { shift: shift.id, start: t };
      }
    }
    if (!best) { this.live.textContent = this.model.labels.no_type; return; }
    this.view.row = this.order_.indexOf(agent);
    this.view.slot = best.start;
    this.edit({ kind: "insert", agent: agents.id[agent], day, shift: best.shift, start: best.start });
  }

  // Alt and an arrow: the break under the cursor, else the shift, one slot on.
  nudge(step) {
    this.onShift(({ agent, id, day, shift, slot }) => {
      const part = shift.parts.find((p) => slot >= p.start && slot < p.end);
      const start = part && part.kind.mark ? part.start + step : shift.start + step;
      this.view.slot = Math.max(0, Math.min(this.model.slots - 1, slot + step));
      if (part && part.kind.mark) this.edit({ kind: "pause", agent: id, day, at: part.start, start });
      else this.edit({ kind: "move", agent: this.model.agents.id[agent], day, start });
    });
  }

  // Shift and an arrow: the end of the shift one slot on; with Alt its start.
  stretch(step, atStart) {
    this.onShift(({ id, day, shift }) => {
      const start = shift.start + (atStart ? step : 0), end = shift.end + (atStart ? 0 : step);
      if (end > start) this.edit({ kind: "resize", agent: id, day, start, end });
    });
  }

  command(event) {
    const key = event.key.toLowerCase(), ctrl = event.ctrlKey || event.metaKey;
    if (ctrl && key === "z") return () => this.step(event.shiftKey ? "redo" : "undo");
    if (ctrl) return { y: () => this.step("redo"), c: () => this.markHere(), v: () => this.paste() }[key];
    const step = { arrowleft: -1, arrowright: 1 }[key];
    if (step && event.shiftKey) return () => this.stretch(step, event.altKey);
    if (step && event.altKey) return () => this.nudge(step);
    if (event.altKey) return undefined;
    return {
      delete: () => this.removeHere(), l: () => this.lockHere(), n: () => this.insertHere(), s: () => this.swap(), f: () => this.ask(),
      escape: () => { this.marked = null; this.view.brush = this.brush.value = ""; this.forget(); },
    }[key];
  }

  key(event) {
    this.tip.style.display = "none";
    const act = this.model.editable ? this.command(event) : undefined;
    if (act) {
      event.preventDefault();
      act();
      return;
    }
    const page = Math.max(1, Math.floor(this.rows.clientHeight / ROW) - 1), last = this.order_.length - 1;
    const rows = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page }[event.key];
    const slots = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const view = this.view, day = this.shown[0];
    if (rows === undefined && slots === undefined && !["Home", "End", "Enter"].includes(event.key)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || last < 0) return;
    event.preventDefault();
    if (view.slot === null) view.slot = day.from;
    else if (slots) view.slot = Math.max(0, Math.min(this.model.slots - 1, view.slot + slots));
    if (event.key === "Home") view.slot = this.model.days[this.dayOf(view.slot)].from;
    if (event.key === "End") view.slot = this.model.days[this.dayOf(view.slot)].to - 1;
    if (rows) view.row = Math.max(0, Math.min(last, view.row + rows));
    view.day = view.mode === "day" ? this.dayOf(view.slot) : view.day;
    this.scrollTo(view.row);
    if (event.key === "Enter") this.select();
    this.draw();
    this.speak();
  }
}

export default function roster(component) {
  const parent = component.parentElement;
  parent.staffingRoster ??= new Keys(parent);
  return parent.staffingRoster.update(component);
}
