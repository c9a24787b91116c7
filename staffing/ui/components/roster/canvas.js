// Elements, pointer and what is said: everything that changes `view`.
const GRIP = 6, FAR = 4;

class Roster extends Editor {
  constructor(parent) {
    super("roster", parent);
    this.view = { mode: "day", day: 0, strip: 0, sort: "team", row: 0, slot: null, mark: null, worst: 0, flag: 0, brush: "" };
    this.state = { undo: false, redo: false };
    this.tools = node("div", "bar tools");
    this.tools.setAttribute("role", "toolbar");
    this.bar.after(this.tools);
    this.strip = node("canvas", "", this.stage);
    this.rows = node("div", "rows", this.stage);
    this.rows.tabIndex = -1;
    this.body = node("canvas", "", this.rows);
    this.spacer = node("div", "", this.rows);
    this.rows.addEventListener("scroll", () => this.draw());
    for (const canvas of [this.strip, this.body]) {
      canvas.addEventListener("pointermove", (e) => (this.drag ? this.pull(e) : this.hover(e)));
      canvas.addEventListener("pointerleave", () => { if (!this.drag) this.tip.style.display = "none"; });
      canvas.addEventListener("pointerdown", (e) => this.press(e));
      canvas.addEventListener("pointerup", () => this.release());
      canvas.addEventListener("pointercancel", () => this.forget());
    }
    this.body.addEventListener("dblclick", (e) => this.insertAt(this.place(e)));
    this.buildBar();
  }

  buildBar() {
    const button = (bar, name, act) => {
      const made = node("button", "", bar);
      made.type = "button";
      made.dataset.act = name;
      made.addEventListener("click", act);
      return made;
    };
    const choice = (bar, name, act) => {
      const made = node("select", "", bar);
      made.dataset.act = name;
      made.addEventListener("change", () => act(made.value));
      return made;
    };
    this.dayButton = button(this.bar, "day", () => this.setMode("day"));
    this.weekButton = button(this.bar, "week", () => this.setMode("week"));
    this.back = button(this.bar, "previous", () => this.move(-1));
    this.where = node("span", "where", this.bar);
    this.forth = button(this.bar, "next", () => this.move(1));
    node("span", "grow", this.bar);
    this.queue = choice(this.bar, "queue", (value) => { this.view.strip = Number(value); this.view.worst = 0; this.draw(); });
    this.sort = choice(this.bar, "sort", (value) => { this.view.sort = value; this.draw(); });
    this.worst = button(this.bar, "worst", () => this.toWorst());
    this.problem = button(this.bar, "problem", () => this.toProblem());
    const acts = {
      undo: () => this.step("undo"), redo: () => this.step("redo"), insert: () => this.insertHere(), copy: () => this.markHere(),
      paste: () => this.paste(), swap: () => this.swap(), lock: () => this.lockHere(), remove: () => this.removeHere(),
      fill: () => this.ask(),
    };
    this.acts = {};
    for (const [name, act] of Object.entries(acts)) {
      this.acts[name] = button(this.tools, name, () => { act(); this.stage.focus({ preventScroll: true }); });
      if (name === "insert") this.type = choice(this.tools, "type", () => {});
    }
    node("span", "grow", this.tools);
    this.brush = choice(this.tools, "brush", (value) => { this.view.brush = value; this.stage.focus({ preventScroll: true }); });
  }

  update({ data, setStateValue }) {
    this.send = setStateValue;
    if (this.data !== data) {
      const former = this.data ? null : this.inherit();
      this.data = data;
      const lost = this.meet(data.base);
      if (!this.truth || this.truth.base !== data.base) {
        this.truth = decode(data);
        this.rev = data.rev;
        this.received = "";
      }
      this.preview = null;
      this.rebuild();
      this.words();
      const view = this.view;
      if (former) Object.assign(view, { mode: former.view.mode, day: former.view.day, strip: former.view.strip, sort: former.view.sort });
      view.day = Math.min(view.day, data.days.length - 1);
      view.row = Math.max(0, Math.min(view.row, data.agents.id.length - 1));
      view.strip = Math.min(view.strip, data.strips.length - 1);
      if (data.jump && JSON.stringify(data.jump) !== this.jumped) {
        this.jumped = JSON.stringify(data.jump);
        view.strip = data.jump.strip;
        this.show(data.jump.slot);
      }
      if (globalThis.staffingPatch) this.receive(globalThis.staffingPatch);
      if (former && this.pending.length) this.post();
      if (lost) this.live.textContent = this.model.labels.lost;
    }
    this.resize.observe(this.root);
    this.draw();
    return () => this.resize.disconnect();
  }

  words() {
    const { model } = this, say = model.labels;
    this.stage.setAttribute("aria-label", say.title);
    this.stage.setAttribute("aria-description", model.editable ? `${say.help} ${say.help_edit}` : say.help);
    this.tools.setAttribute("aria-label", say.tools);
    this.tools.hidden = !model.editable;
    this.dayButton.textContent = say.day;
    this.weekButton.textContent = say.week;
    for (const [made, glyph, label] of [[this.back, "◀", say.previous], [this.forth, "▶", say.next]]) {
      made.textContent = glyph;
      made.setAttribute("aria-label", label);
      made.title = label;
    }
    this.worst.textContent = say.worst;
    this.problem.textContent = say.problem;
    for (const [name, made] of Object.entries(this.acts)) {
      made.textContent = say[`do_${name}`];
      made.title = say[`do_${name}_help`];
    }
    const fill = (list, label, options, keep) => {
      list.setAttribute("aria-label", label);
      list.title = label;
      list.replaceChildren(...options.map(([value, text]) => {
        const option = node("option", "", null, text);
        option.value = value;
        return option;
      }));
      if (keep !== undefined) list.value = options.some(([value]) => value === keep) ? keep : options[0][0];
    };
    fill(this.queue, say.queue, model.strips.map((s, i) => [String(i), i ? s.label : say.all_queues]));
    fill(this.sort, say.sort, [["team", say.sort_team], ["start", say.sort_start]]);
    fill(this.type, say.shift_type, [["", say.shift_auto], ...model.shifts.map((s) => [s.id, s.id])], this.type.value);
    const brushes = model.kinds.filter((k) => !k.locked && !k.absent && !k.mark && k.token !== "idle");
    fill(this.brush, say.brush, [["", say.brush_none],
      ...brushes.map((k) => [JSON.stringify([k.code, k.q]), `${say.brush_as} ${k.queue || k.activity}`])], this.view.brush);
    this.view.brush = this.brush.value;
    const colors = model.colors, chips = new Map(), tokens = Object.keys(colors), used = new Set();
    for (const mine of model.segments) for (const s of mine) used.add(s.kind.token);
    const kinds = model.kinds.filter((k) => used.has(k.token)).sort((a, b) => tokens.indexOf(a.token) - tokens.indexOf(b.token));
    for (const kind of kinds) chips.set(kind.legend, [colors[kind.token], 1]);
    for (const name of ["met", "under", "over"]) chips.set(say[name], [colors[name], name === "over" ? 0.55 : 1]);
    this.legend.replaceChildren(...[...chips].map(([label, [color, alpha]]) => {
      const chip = node("span"), box = node("i", "", chip);
      box.style.background = color;
      box.style.opacity = alpha;
      node("span", "", chip, label);
      return chip;
    }));
  }

  setMode(mode) { this.view.mode = mode; this.draw(); }

  move(step) {
    const size = this.view.mode === "week" ? 7 : 1, days = this.model.days.length;
    const from = this.view.mode === "week" ? this.view.day - (this.view.day % 7) : this.view.day;
    this.view.day = Math.max(0, Math.min(days - 1, from + step * size));
    this.view.slot = null;
    this.draw();
  }

  show(slot) {
    this.view.mode = "day";
    this.view.day = this.dayOf(slot);
    this.view.slot = this.view.mark = slot;
    this.draw();
    this.speak();
  }

  toWorst() {
    const strip = this.model.strips[this.view.strip];
    const short = [...strip.short.keys()].filter((t) => strip.short[t] > 0.05)
      .sort((a, b) => strip.short[b] - strip.short[a] || a - b);
    if (!short.length) { this.live.textContent = this.model.labels.no_short; return; }
    this.show(short[this.view.worst++ % short.length]);
  }

  // The next broken rule of somebody on screen, hard ones first.
  toProblem() {
    const all = [...this.model.flags].flatMap(([agent, list]) => list.map((flag) => ({ agent, ...flag })))
      .sort((a, b) => b.hard - a.hard || a.day - b.day || a.agent - b.agent);
    if (!all.length) { this.live.textContent = this.model.labels.no_problem; return; }
    const { agent, day, text } = all[this.view.flag++ % all.length], shift = this.shiftOn(agent, day);
    this.view.mode = "day";
    this.view.day = day;
    this.view.slot = shift ? shift.start : this.model.days[day].from;
    this.view.mark = null;
    this.layout(Math.floor(this.stage.clientWidth));
    this.view.row = this.order_.indexOf(agent);
    this.scrollTo(this.view.row);
    this.draw();
    this.live.textContent = `${this.model.agents.name[agent]} · ${this.model.days[day].label} · ${text}`;
  }

  scrollTo(row) {
    const y = row * ROW, box = this.rows;
    if (y < box.scrollTop) box.scrollTop = y;
    if (y + ROW > box.scrollTop + box.clientHeight) box.scrollTop = y + ROW - box.clientHeight;
  }

  segmentAt(agent, slot) { return this.model.segments[agent].find((s) => slot >= s.start && slot < s.end); }

  describe(agent, slot) {
    const { agents, labels, days } = this.model, found = this.segmentAt(agent, slot);
    const lines = [`${agents.name[agent]} (${agents.id[agent]}) · ${agents.teams[agents.team[agent]]}`];
    lines.push(days[this.dayOf(slot)].label + " " + this.clock(found ? found.start : slot)
      + (found ? `–${this.clock(found.end)}` : ""));
    lines.push(found ? [found.kind.activity, found.kind.queue].filter(Boolean).join(" · ") : labels.off);
    const shift = this.shiftAt(agent, slot);
    if (shift) lines.push(`${labels.shift} ${this.clock(shift.start)}–${this.clock(shift.end)}`);
    if (found && found.kind.locked) lines.push(labels.locked);
    const day = shift ? shift.day : this.dayOf(slot);
    for (const flag of this.model.flags.get(agent) || []) if (flag.day === day) lines.push(`⚠ ${flag.text}`);
    return lines;
  }

  describeStrip(slot) {
    const { labels, strips } = this.model, strip = strips[this.view.strip];
    const gap = strip.have[slot] - strip.need[slot];
    const lines = [
      `${this.view.strip ? strip.label : labels.all_queues} · ${this.clock(slot)}–${this.clock(slot + 1)}`,
      `${labels.required} ${strip.need[slot].toFixed(1)}, ${labels.assigned} ${strip.have[slot].toFixed(1)}`,
      `${labels.gap} ${gap > 0 ? "+" : ""}${gap.toFixed(1)}`,
    ];
    if (strip.short[slot] > 0.05) lines.push(`${labels.under}: ${strip.short[slot].toFixed(1)}`);
    return lines;
  }

  place(event) {
    const box = event.currentTarget.getBoundingClientRect(), x = event.clientX - box.left;
    const inRows = event.currentTarget === this.body;
    const row = inRows ? Math.floor((event.clientY - box.top + this.rows.scrollTop) / ROW) : null;
    const slot = x < LEFT ? null : this.slotAt(x), agent = inRows ? this.order_[row] : undefined;
    return { x, slot, row, inRows, agent };
  }

  // What a press at this place would take hold of.
  handle({ x, slot, agent }) {
    if (!this.model.editable || slot === null || agent === undefined) return null;
    const near = this.shiftsOf(agent).find((s) => x >= this.x(s.start) - 2 && x <= this.x(s.end) + 2);
    if (!near) return null;
    const base = { agent, shift: near, slot };
    if (this.view.brush) return { ...base, what: "brush" };
    const wide = this.x(near.end) - this.x(near.start) > 4 * GRIP;
    if (wide && x - this.x(near.start) <= GRIP) return { ...base, what: "start" };
    if (wide && this.x(near.end) - x <= GRIP) return { ...base, what: "end" };
    const part = near.parts.find((p) => slot >= p.start && slot < p.end);
    if (part && part.kind.mark && this.unit > 4) return { ...base, what: "pause", part };
    return { ...base, what: "shift" };
  }

  hover(event) {
    const at = this.place(event), { slot, row, inRows, agent } = at;
    const held = inRows ? this.handle(at) : null;
    event.currentTarget.style.cursor = !held ? "default"
      : { start: "ew-resize", end: "ew-resize", brush: "crosshair" }[held.what] || "grab";
    if (slot === null || (inRows && agent === undefined)) { this.tip.style.display = "none"; return; }
    this.showTip(event, (inRows ? this.describe(this.order_[row], slot) : this.describeStrip(slot)).join("\n"));
  }

  showTip(event, text) {
    this.tip.textContent = text;
    this.tip.style.display = "block";
    const box = this.root.getBoundingClientRect(), size = this.tip.getBoundingClientRect();
    const x = event.clientX - box.left + 14, y = event.clientY - box.top + 14;
    this.tip.style.left = `${x + size.width > box.width ? Math.max(0, x - size.width - 28) : x}px`;
    this.tip.style.top = `${y}px`;
  }

  press(event) {
    if (event.button !== 0) return;
    const at = this.place(event);
    this.stage.focus({ preventScroll: true });
    this.drag = { at, from: [event.clientX, event.clientY], hold: at.inRows ? this.handle(at) : null, moved: false };
    event.currentTarget.setPointerCapture(event.pointerId);
  }

  pull(event) {
    const { drag } = this, { hold, from } = drag;
    if (!drag.moved && Math.hypot(event.clientX - from[0], event.clientY - from[1]) < FAR) return;
    drag.moved = true;
    if (!hold) return;
    const at = this.place(event);
    if (at.slot === null) return;
    const edits = this.proposal(hold, at);
    if (JSON.stringify(edits) !== JSON.stringify(this.preview)) {
      this.preview = edits;
      this.rebuild();
      this.draw();
    }
    const target = edits && edits[0].to_agent !== undefined ? at.agent : hold.agent;
    const now = this.preview && this.shiftsOf(target).find((s) => at.slot >= s.start && at.slot < s.end);
    const span = hold.what === "brush" ? this.preview && [this.preview[0].start, this.preview[0].end]
      : hold.what === "pause" ? this.preview && [this.preview[0].start, this.preview[0].start + hold.part.end - hold.part.start]
        : now && [now.start, now.end];
    if (span) this.showTip(event, `${this.model.agents.name[target]}\n${this.clock(span[0])}–${this.clock(span[1])}`);
    else this.tip.style.display = "none";
  }

  // The edits that dropping here would make, or null for none.
  proposal(hold, at) {
    const { shift, what } = hold, agent = this.model.agents.id[hold.agent], later = at.slot - hold.slot, { day } = shift;
    if (what === "start") {
      const start = Math.min(at.slot, shift.end - 1);
      return start === shift.start ? null : [{ kind: "resize", agent, day, start, end: shift.end }];
    }
    if (what === "end") {
      const end = Math.max(at.slot + 1, shift.start + 1);
      return end === shift.end ? null : [{ kind: "resize", agent, day, start: shift.start, end }];
    }
    if (what === "pause") {
      const size = hold.part.end - hold.part.start;
      const start = Math.max(shift.start, Math.min(hold.part.start + later, shift.end - size));
      return start === hold.part.start ? null : [{ kind: "pause", agent, day, at: hold.part.start, start }];
    }
    if (what === "brush") {
      const [activity, q] = JSON.parse(this.view.brush), [a, b] = [Math.min(hold.slot, at.slot), Math.max(hold.slot, at.slot) + 1];
      const queue = q < 0 ? "" : this.model.strips[q + 1].id;
      return [{ kind: "stretch", agent, day, start: Math.max(a, shift.start), end: Math.min(b, shift.end), queue, activity }];
    }
    const start = shift.start + later, target = at.agent;
    if (target === undefined || target === hold.agent) return later ? [{ kind: "move", agent, day, start }] : null;
    // Onto another row: the shift goes to that person, at the new time.
    const to = this.model.agents.id[target], edits = [{ kind: "copy", agent, day, to_agent: to, to_day: day }];
    edits.push({ kind: "remove", agent, day });
    if (later) edits.push({ kind: "move", agent: to, day, start });
    return edits;
  }

  release() {
    const { drag, preview } = this;
    this.drag = null;
    if (!drag) return;
    this.tip.style.display = "none";
    if (drag.moved && drag.hold) {
      if (preview) {
        const last = preview[preview.length - 1];
        this.view.row = this.order_.indexOf(this.model.agents.id.indexOf(last.to_agent || last.agent));
        this.view.slot = last.start ?? drag.at.slot;
        this.edit(...preview);
      } else this.forget();
      return;
    }
    if (drag.hold && drag.hold.what === "brush") {
      const part = drag.hold.shift.parts.find((p) => drag.at.slot >= p.start && drag.at.slot < p.end);
      if (part) this.edit(...this.proposal({ ...drag.hold, slot: part.start }, { slot: part.end - 1 }));
      return;
    }
    this.click(drag.at);
  }

  forget() {
    this.drag = this.preview = null;
    this.tip.style.display = "none";
    this.rebuild();
    this.draw();
  }

  click({ slot, row, inRows }) {
    if (slot === null) return;
    this.view.slot = slot;
    this.view.mark = inRows ? null : slot;
    if (inRows && row < this.order_.length) { this.view.row = row; this.select(); }
    this.draw();
    this.speak();
  }

  select() {
    const agent = this.order_[this.view.row];
    if (agent === undefined || this.view.slot === null) return;
    this.send("selected", { agent: this.model.agents.id[agent], day: this.dayOf(this.view.slot) });
  }

  // Asks who could fill the gap at the cursor on the queue of the strip.
  ask() {
    if (this.view.slot === null) { this.live.textContent = this.model.labels.ask_where; return; }
    const { strips } = this.model, { slot } = this.view;
    let strip = this.view.strip;
    if (!strip) { // over all queues: the one that lacks most now, before those whose work can wait
      const worse = (a, b) => a.later - b.later || b.short[slot] - a.short[slot];
      strip = strips.indexOf(strips.slice(1).sort((a, b) => (b.short[slot] > 0.05) - (a.short[slot] > 0.05) || worse(a, b))[0]);
    }
    this.send("gap", { queue: strips[strip].id, slot, n: ++this.seq });
  }

  speak() {
    const agent = this.order_[this.view.row];
    if (agent === undefined || this.view.slot === null) return;
    this.live.textContent = this.describe(agent, this.view.slot).concat(this.describeStrip(this.view.slot)).join(" · ");
  }
}
