// Elements, pointer, keys and what is said: everything that changes `view`. Text is set as textContent only.
class Curve extends Editor {
  constructor(parent) {
    super("curve", parent);
    this.view = { measure: "volume", at: null, from: null, picked: false, week: true, year: true };
    this.bar.setAttribute("role", "toolbar");
    this.canvas = node("canvas", "", this.stage);
    this.stage.addEventListener("focus", () => { this.focused = true; this.view.at ??= 0; this.draw(); });
    this.stage.addEventListener("blur", () => { this.focused = false; this.flush(); this.draw(); });
    this.canvas.addEventListener("pointerdown", (e) => this.press(e));
    this.canvas.addEventListener("pointermove", (e) => (this.drag ? this.pull(e) : this.hover(e)));
    this.canvas.addEventListener("pointerup", () => this.release());
    this.canvas.addEventListener("pointercancel", () => { this.drag = this.preview = null; this.rebuild(); this.draw(); });
    this.canvas.addEventListener("pointerleave", () => { this.tip.style.display = "none"; });
    this.build();
  }

  build() {
    const button = (name, act) => {
      const made = node("button", "", this.bar);
      made.type = "button";
      made.dataset.act = name;
      made.addEventListener("click", act);
      return made;
    };
    this.measures = ["volume", "aht_s"].map((name) => button(name, () => { this.view.measure = name; this.words(); this.draw(); this.speak(); }));
    this.where = node("span", "where", this.bar);
    node("span", "grow", this.bar);
    this.tools = node("span", "tools", this.bar);
    this.op = node("select", "", this.tools);
    this.op.dataset.act = "operation";
    this.amount = node("input", "", this.tools);
    this.amount.type = "number";
    this.amount.step = "any";
    this.amount.dataset.act = "amount";
    this.amount.addEventListener("keydown", (e) => { if (e.key === "Enter") this.applyAmount(); });
    this.buttons = {
      apply: button("apply", () => this.applyAmount()), undo: button("undo", () => this.step("undo")), redo: button("redo", () => this.step("redo")),
    };
    for (const made of Object.values(this.buttons)) this.tools.appendChild(made);
  }

  update({ data, setStateValue }) {
    this.send = setStateValue;
    if (this.data !== data) {
      const former = this.data ? null : this.inherit();
      const other = this.data && (this.data.queue !== data.queue || this.data.steps[0] !== data.steps[0] || this.data.steps.length !== data.steps.length);
      this.data = data;
      if (other) { this.view.at = this.focused ? 0 : null; this.view.from = null; this.view.picked = false; }
      this.receive(data);
      this.words();
      if (former && this.pending.length) this.post();
    }
    this.resize.observe(this.root);
    this.draw();
    return () => this.resize.disconnect();
  }

  // First place and end of what is selected: the cursor alone where nothing is.
  range() {
    const { at, from } = this.view;
    if (at === null) return [0, this.model.steps.length];
    return from === null ? [at, at + 1] : [Math.min(at, from), Math.max(at, from) + 1];
  }

  words() {
    const { model, view } = this, say = model.labels;
    this.stage.setAttribute("aria-label", say.title);
    this.stage.setAttribute("aria-description", model.editable ? `${say.help} ${say.keys}` : say.help_look);
    this.bar.setAttribute("aria-label", say.tools);
    this.measures.forEach((made) => {
      made.textContent = say[made.dataset.act];
      made.setAttribute("aria-pressed", String(view.measure === made.dataset.act));
    });
    this.tools.hidden = !model.editable;
    const chosen = this.op.value || "percent";
    this.op.replaceChildren(...["percent", "add", "set"].map((name) => {
      const option = node("option", "", null, say[name]);
      option.value = name;
      return option;
    }));
    this.op.value = chosen;
    this.op.setAttribute("aria-label", say.operation);
    this.amount.setAttribute("aria-label", say.amount);
    this.amount.placeholder = say.amount;
    for (const [name, made] of Object.entries(this.buttons)) made.textContent = say[name];
    this.buttons.undo.disabled = !model.undo;
    this.buttons.redo.disabled = !model.redo;
    this.legend.replaceChildren(...["now", "plan", "base", "band", "week", "year", "need", "need_plan", "have", "short"]
      .filter((name) => this.isShown(name)).map((name) => this.chip(name, name === "need" && model.need.later ? say.need_later : say[name])));
    this.tell();
  }

  isShown(name) {
    const { series, model } = this, { need } = model;
    if (name === "band") return Boolean(series.low);
    if (name === "week" || name === "year") return series[name].some((v) => v !== null);
    if (name === "plan" || name === "base") return series[name].some((v, at) => Math.abs(v - series.now[at]) > 0.005);
    if (!need && ["need", "need_plan", "have", "short"].includes(name)) return false;
    if (name === "need_plan") return need.plan.some((v, at) => Math.abs(v - need.now[at]) > 0.05);
    if (name === "have") return Boolean(need.have);
    if (name === "short") return Boolean(need.have) && !need.later && need.now.some((v, at) => v - need.have[at] >= 0.05);
    return true;
  }

  chip(name, label) {
    const switches = name === "week" || name === "year", made = node(switches ? "button" : "span", "");
    node("i", `mark ${name}`, made).style.setProperty("--mark", this.colors()[{ plan: "neutral", base: "neutral", need: "ink", need_plan: "ink" }[name] || name]);
    node("span", "", made, label);
    if (switches) {
      made.type = "button";
      made.setAttribute("aria-pressed", String(this.view[name]));
      made.addEventListener("click", () => { this.view[name] = !this.view[name]; this.words(); this.draw(); });
    }
    return made;
  }

  // The range that is selected, and what it adds up to.
  tell() {
    const { model, view, series } = this, say = model.labels, [first, end] = this.range(), now = series.now.slice(first, end);
    const place = (at) => (new Set(model.day).size > 1 ? `${model.days[model.day[at]]} ` : "") + model.clock[at];
    const sum = now.reduce((total, v) => total + (v || 0), 0), mean = sum / Math.max(1, now.length);
    const figure = view.measure === "volume" ? `${say.total} ${shownNumber(sum)}` : `${say.mean} ${shownNumber(mean)} s`;
    const until = end < model.steps.length && model.day[end] === model.day[end - 1] ? model.clock[end] : "";
    this.where.textContent = view.at === null ? figure : `${place(first)}${end - first > 1 ? `–${until || place(end - 1)}` : ""} · ${figure}`;
  }

  said(at) {
    const { model, series } = this, say = model.labels, rows = [`${model.days[model.day[at]]} ${model.clock[at]}${model.open[at] ? "" : ` · ${say.closed}`}`];
    for (const name of ["now", "plan", "base", "week", "year"]) {
      if (name !== "now" && !this.isShown(name)) continue;
      rows.push(`${say[name]}: ${shownNumber(series[name][at])}`);
    }
    if (!model.need) return rows;
    rows.push(`${model.need.later ? say.need_later : say.need}: ${shownNumber(model.need.now[at])} (${say.need_plan}: ${shownNumber(model.need.plan[at])})`);
    if (model.need.have) rows.push(`${say.have}: ${shownNumber(model.need.have[at])}`);
    return rows;
  }

  speak() {
    this.tell();
    const [first, end] = this.range();
    if (this.view.at === null) return;
    this.live.textContent = end - first > 1 ? this.where.textContent : this.said(this.view.at).slice(0, 2).join(" · ");
  }

  applyAmount() {
    const value = Number(this.amount.value), say = this.model.labels;
    if (this.amount.value === "" || !Number.isFinite(value)) { this.live.textContent = say.no_value; return; }
    if (this.op.value === "percent") this.edit(this.ranged("multiply", Math.max(0, 1 + value / 100)));
    else this.edit(this.ranged(this.op.value, value));
  }

  local(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  hover(event) {
    const [x, y] = this.local(event), box = this.root.getBoundingClientRect();
    if (x < LEFT || x > this.x(this.model.steps.length)) { this.tip.style.display = "none"; return; }
    this.canvas.style.cursor = y > TOP + PLOT || event.shiftKey || !this.model.editable ? "col-resize" : "ns-resize";
    this.tip.textContent = this.said(this.placeAt(x)).join("\n");
    this.tip.style.display = "block";
    const left = event.clientX - box.left + 16;
    this.tip.style.left = `${left + this.tip.offsetWidth > box.width ? left - this.tip.offsetWidth - 32 : left}px`;
    this.tip.style.top = `${event.clientY - box.top + 12}px`;
  }

  // On the curve: change it. On the axis, or with Shift: select. Inside what is selected: scale all of it.
  press(event) {
    if (event.button) return;
    this.flush();
    const [x, y] = this.local(event), at = this.placeAt(x), [first, end] = this.range();
    if (x < LEFT) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.stage.focus({ preventScroll: true });
    this.tip.style.display = "none";
    const selects = event.shiftKey || y > TOP + PLOT || !this.model.editable;
    const inside = this.view.picked && end - first > 1 && at >= first && at < end;
    if (selects) {
      this.drag = { kind: "select" };
      Object.assign(this.view, { at, from: event.shiftKey && this.view.at !== null ? this.view.from ?? this.view.at : at, picked: true });
    } else if (inside) this.drag = { kind: "scale", y, top: this.y(this.series.now[at] || this.high / 2) };
    else {
      this.drag = { kind: "paint", values: new Map(), last: at };
      Object.assign(this.view, { at, from: null, picked: false });
    }
    this.draw();
    this.speak();
  }

  pull(event) {
    const [x, y] = this.local(event), at = this.placeAt(x), { drag } = this;
    if (drag.kind === "select") Object.assign(this.view, { at });
    else if (drag.kind === "scale") {
      const reach = TOP + PLOT - drag.top, factor = (reach + drag.y - y) / Math.max(4, reach); // where it was pressed follows the pointer
      this.preview = this.ranged("multiply", Math.round(100 * Math.max(0, Math.min(10, factor))) / 100);
    } else {
      const value = this.valueAt(y), before = drag.values.get(drag.last) ?? value, span = Math.abs(at - drag.last);
      for (let n = 0; n <= span; n++) {
        const place = drag.last + Math.sign(at - drag.last) * n;
        drag.values.set(place, span ? before + ((value - before) * n) / span : value);
      }
      drag.last = at;
      this.view.at = at;
      this.preview = this.points(drag.values);
    }
    this.rebuild();
    this.draw();
    this.speak();
  }

  release() {
    if (!this.drag) return;
    const edit = this.preview;
    this.drag = this.preview = null;
    if (edit) this.edit(edit);
    else this.draw();
  }

  key(event) {
    const { view } = this, last = this.model.steps.length - 1, ctrl = event.ctrlKey || event.metaKey, key = event.key;
    const word = ctrl && { z: event.shiftKey ? "redo" : "undo", y: "redo" }[key.toLowerCase()];
    if (word) { event.preventDefault(); this.step(word); return; }
    if (ctrl || event.altKey) return;
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -last, End: last }[key], up = { ArrowUp: 1, ArrowDown: -1, PageUp: 5, PageDown: -5 }[key];
    if (by) {
      this.flush();
      if (event.shiftKey) { view.from ??= view.at ?? 0; view.picked = true; } else { view.from = null; view.picked = false; }
      view.at = Math.max(0, Math.min(last, (view.at ?? 0) + by));
    } else if (up) this.nudge(up);
    else if (key === "Escape") { view.from = null; view.picked = false; this.preview = null; this.rebuild(); }
    else if (key === "Enter" && this.model.editable) this.amount.focus();
    else if (key.toLowerCase() === "a") { view.from = 0; view.at = last; view.picked = true; }
    else return;
    event.preventDefault();
    this.draw();
    this.speak();
  }
}

export default function curve(component) {
  const parent = component.parentElement;
  parent.staffingCurve ??= new Curve(parent);
  return parent.staffingCurve.update(component);
}
