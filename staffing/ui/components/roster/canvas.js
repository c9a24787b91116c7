// Elements, keys and pointer: everything that changes `view`.
class Roster extends Painter {
  constructor(parent) {
    super();
    this.root = node("div", "roster");
    parent.appendChild(this.root);
    this.view = { mode: "day", day: 0, strip: 0, sort: "team", row: 0, slot: null, mark: null, worst: 0 };
    this.bar = node("div", "bar", this.root);
    this.stage = node("div", "stage", this.root);
    this.stage.tabIndex = 0;
    this.stage.setAttribute("role", "application");
    this.strip = node("canvas", "", this.stage);
    this.rows = node("div", "rows", this.stage);
    this.rows.tabIndex = -1;
    this.body = node("canvas", "", this.rows);
    this.spacer = node("div", "", this.rows);
    this.tip = node("div", "tip", this.root);
    this.live = node("div", "say", this.root);
    this.live.setAttribute("aria-live", "polite");
    this.legend = node("div", "legend", this.root);
    this.probe = node("div", "probe", this.root);
    this.probe.addEventListener("transitionend", () => this.draw());
    this.resize = new ResizeObserver(() => this.draw());
    this.rows.addEventListener("scroll", () => this.draw());
    this.stage.addEventListener("keydown", (e) => this.key(e));
    for (const canvas of [this.strip, this.body]) {
      canvas.addEventListener("mousemove", (e) => this.hover(e));
      canvas.addEventListener("mouseleave", () => { this.tip.style.display = "none"; });
      canvas.addEventListener("click", (e) => this.click(e));
    }
    this.buildBar();
  }

  buildBar() {
    const button = (name, act) => {
      const made = node("button", "", this.bar);
      made.type = "button";
      made.dataset.act = name;
      made.addEventListener("click", act);
      return made;
    };
    const choice = (act) => {
      const made = node("select", "", this.bar);
      made.addEventListener("change", () => act(made.value));
      return made;
    };
    this.dayButton = button("day", () => this.setMode("day"));
    this.weekButton = button("week", () => this.setMode("week"));
    this.back = button("previous", () => this.move(-1));
    this.where = node("span", "where", this.bar);
    this.forth = button("next", () => this.move(1));
    node("span", "grow", this.bar);
    this.queue = choice((value) => { this.view.strip = Number(value); this.view.worst = 0; this.draw(); });
    this.sort = choice((value) => { this.view.sort = value; this.draw(); });
    this.worst = button("worst", () => this.toWorst());
  }

  update({ data, setStateValue }) {
    this.send = setStateValue;
    if (this.data !== data) {
      this.data = data;
      this.model = decode(data);
      this.words();
      const view = this.view;
      view.day = Math.min(view.day, data.days.length - 1);
      view.row = Math.max(0, Math.min(view.row, data.agents.id.length - 1));
      view.strip = Math.min(view.strip, data.strips.length - 1);
      if (data.jump && JSON.stringify(data.jump) !== this.jumped) {
        this.jumped = JSON.stringify(data.jump);
        view.strip = data.jump.strip;
        this.show(data.jump.slot);
      }
    }
    this.resize.observe(this.root);
    this.draw();
    return () => this.resize.disconnect();
  }

  words() {
    const say = this.model.labels;
    this.stage.setAttribute("aria-label", say.title);
    this.stage.setAttribute("aria-description", say.help);
    this.dayButton.textContent = say.day;
    this.weekButton.textContent = say.week;
    for (const [made, glyph, label] of [[this.back, "◀", say.previous], [this.forth, "▶", say.next]]) {
      made.textContent = glyph;
      made.setAttribute("aria-label", label);
      made.title = label;
    }
    this.worst.textContent = say.worst;
    const fill = (list, label, options) => {
      list.setAttribute("aria-label", label);
      list.replaceChildren(...options.map(([value, text]) => {
        const option = node("option", "", null, text);
        option.value = value;
        return option;
      }));
    };
    fill(this.queue, say.queue, this.model.strips.map((s, i) => [String(i), i ? s.label : say.all_queues]));
    fill(this.sort, say.sort, [["team", say.sort_team], ["start", say.sort_start]]);
    const colors = this.model.colors, chips = new Map(), tokens = Object.keys(colors);
    const kinds = [...this.model.kinds].sort((a, b) => tokens.indexOf(a.token) - tokens.indexOf(b.token));
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

  segmentAt(agent, slot) { return this.model.segments[agent].find((s) => slot >= s.start && slot < s.end); }

  describe(agent, slot) {
    const { agents, labels } = this.model, found = this.segmentAt(agent, slot);
    const lines = [`${agents.name[agent]} (${agents.id[agent]}) · ${agents.teams[agents.team[agent]]}`];
    lines.push(this.model.days[this.dayOf(slot)].label + " " + this.clock(found ? found.start : slot)
      + (found ? `–${this.clock(found.end)}` : ""));
    lines.push(found ? [found.kind.activity, found.kind.queue].filter(Boolean).join(" · ") : labels.off);
    if (found && found.kind.locked) lines.push(labels.locked);
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
    return { slot: x < LEFT ? null : this.slotAt(x), row, inRows };
  }

  hover(event) {
    const { slot, row, inRows } = this.place(event);
    const agent = inRows ? this.order_[row] : undefined;
    if (slot === null || (inRows && agent === undefined)) { this.tip.style.display = "none"; return; }
    this.tip.textContent = (inRows ? this.describe(agent, slot) : this.describeStrip(slot)).join("\n");
    this.tip.style.display = "block";
    const box = this.root.getBoundingClientRect(), size = this.tip.getBoundingClientRect();
    const x = event.clientX - box.left + 14, y = event.clientY - box.top + 14;
    this.tip.style.left = `${x + size.width > box.width ? Math.max(0, x - size.width - 28) : x}px`;
    this.tip.style.top = `${y}px`;
  }

  click(event) {
    const { slot, row, inRows } = this.place(event);
    this.stage.focus({ preventScroll: true });
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

  speak() {
    const agent = this.order_[this.view.row];
    if (agent === undefined || this.view.slot === null) return;
    this.live.textContent = this.describe(agent, this.view.slot).concat(this.describeStrip(this.view.slot)).join(" · ");
  }

  key(event) {
    this.tip.style.display = "none";
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
    const y = view.row * ROW;
    if (y < this.rows.scrollTop) this.rows.scrollTop = y;
    if (y + ROW > this.rows.scrollTop + this.rows.clientHeight) this.rows.scrollTop = y + ROW - this.rows.clientHeight;
    if (event.key === "Enter") this.select();
    this.draw();
    this.speak();
  }
}

export default function roster(component) {
  const parent = component.parentElement;
  parent.staffingRoster ??= new Roster(parent);
  return parent.staffingRoster.update(component);
}
