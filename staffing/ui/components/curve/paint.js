// Where things are and how they look. Reads `this.model` and `this.view`, draws, changes nothing else.
const LEFT = 56, RIGHT = 12, TOP = 10, PLOT = 260, AXIS = 24, GAP = 8, NEED = 96;
const HEIGHT = TOP + PLOT + AXIS + GAP + NEED;

function shownNumber(value, digits = 1) {
  if (value === null || value === undefined) return "–";
  const few = Math.abs(value) >= 100 ? 0 : digits;
  return value.toLocaleString("en-US", { minimumFractionDigits: 0, maximumFractionDigits: few });
}

// The smallest of 1, 2, 5 times a power of ten that cuts `high` into at most `parts`.
function tick(high, parts) {
  const rough = high / parts, ten = 10 ** Math.floor(Math.log10(rough));
  return ten * [1, 2, 5, 10].find((n) => n * ten >= rough);
}

class Painter extends Sheet {
  get series() { return this.model.measures[this.view.measure]; }

  x(at) { return LEFT + at * this.unit; }

  placeAt(x) { return Math.max(0, Math.min(this.model.steps.length - 1, Math.floor((x - LEFT) / this.unit))); }

  y(value) { return TOP + PLOT * (1 - value / this.high); }

  valueAt(y) { return Math.max(0, this.high * (1 - (y - TOP) / PLOT)); }

  layout(width) {
    this.unit = (width - LEFT - RIGHT) / Math.max(1, this.model.steps.length);
    if (this.drag) return; // the scale stands still under the pointer
    const all = Object.values(this.series).flat().filter((v) => v !== null);
    this.high = Math.max(this.view.measure === "volume" ? 2 : 60, ...all) * 1.12;
  }

  colors() {
    const style = getComputedStyle(this.root), pen = document.createElement("canvas").getContext("2d");
    pen.fillStyle = style.getPropertyValue("--st-background-color").trim() || "#ffffff";
    const back = pen.fillStyle.startsWith("#") ? pen.fillStyle : "#808080";
    const light = [1, 3, 5].map((i) => parseInt(back.slice(i, i + 2), 16)).reduce((a, b) => a + b) > 382;
    const found = { ink: style.color, back, font: style.fontFamily };
    for (const [name, pair] of Object.entries(this.model.colors)) found[name] = pair[light ? 0 : 1];
    return found;
  }

  draw() {
    const width = Math.floor(this.stage.clientWidth);
    if (!this.model || width < LEFT + 60) return;
    const began = performance.now(), pen = this.surface(this.canvas, width, HEIGHT);
    this.layout(width);
    this.ink = this.colors();
    this.grid(pen, width);
    this.past(pen);
    this.curve(pen);
    this.marks(pen);
    if (this.model.need) this.need(pen, width);
    this.root.dataset.paintMs = (performance.now() - began).toFixed(1);
  }

  grid(pen, width) {
    const { model, ink } = this;
    pen.font = `12px ${ink.font}`;
    pen.textAlign = "right";
    const step = tick(this.high, 5);
    for (let value = 0; value <= this.high; value += step) {
      pen.globalAlpha = 0.14;
      pen.fillStyle = ink.ink;
      pen.fillRect(LEFT, Math.round(this.y(value)), width - LEFT - RIGHT, 1);
      pen.globalAlpha = 0.75;
      pen.fillText(shownNumber(value), LEFT - 8, this.y(value));
    }
    pen.textAlign = "center";
    const several = new Set(model.day).size > 1;
    let last = -Infinity;
    model.clock.forEach((clock, at) => {
      const x = this.x(at), begins = at === 0 || model.day[at] !== model.day[at - 1];
      if (several && begins) {
        pen.globalAlpha = 0.3;
        pen.fillRect(Math.round(x), TOP, 1, PLOT + AXIS + GAP + NEED);
        pen.globalAlpha = 0.75;
        const middle = x + (model.day.filter((day) => day === model.day[at]).length * this.unit) / 2;
        if (middle - last > 76) {
          last = middle;
          pen.fillText(model.days[model.day[at]], middle, TOP + PLOT + 13);
        }
      }
      if (!several && clock.endsWith(":00") && x - last > 44) {
        last = x;
        pen.globalAlpha = 0.75;
        pen.fillText(clock, x, TOP + PLOT + 13);
      }
    });
    pen.globalAlpha = 0.08;
    model.open.forEach((open, at) => { if (!open) pen.fillRect(this.x(at), TOP, this.unit, PLOT); });
    pen.globalAlpha = 1;
  }

  // A line through the middles of the steps, broken where nothing is known and between days.
  line(pen, values) {
    let on = false;
    pen.beginPath();
    values.forEach((value, at) => {
      if (value === null || (at && this.model.day[at] !== this.model.day[at - 1])) on = false;
      if (value === null) return;
      const x = this.x(at + 0.5), y = this.y(value);
      if (on) pen.lineTo(x, y); else pen.moveTo(x, y);
      on = true;
    });
    pen.stroke();
  }

  past(pen) {
    const { series, ink } = this;
    if (series.low) {
      pen.fillStyle = ink.band;
      pen.globalAlpha = 0.22;
      series.low.forEach((low, at) => {
        const high = series.high[at];
        pen.fillRect(this.x(at), this.y(high), this.unit + 0.5, this.y(low) - this.y(high));
      });
      pen.globalAlpha = 1;
    }
    pen.lineWidth = 1.5;
    for (const [name, dash] of [["year", [2, 4]], ["week", [7, 4]]]) {
      if (!this.view[name]) continue;
      pen.strokeStyle = ink[name];
      pen.setLineDash(dash);
      this.line(pen, series[name]);
    }
    pen.setLineDash([]);
  }

  curve(pen) {
    const { series, ink } = this, differs = (a, b) => a.some((v, i) => Math.abs((v ?? 0) - (b[i] ?? 0)) > 0.005);
    pen.lineWidth = 1.5;
    if (differs(series.base, series.now)) {
      pen.strokeStyle = ink.neutral;
      pen.setLineDash([4, 3]);
      this.line(pen, series.base);
      pen.setLineDash([]);
    }
    if (differs(series.plan, series.now)) {
      pen.strokeStyle = ink.neutral;
      this.line(pen, series.plan);
    }
    pen.strokeStyle = ink.now;
    pen.lineWidth = 2.5;
    this.line(pen, series.now);
    if (this.unit < 7) return;
    pen.fillStyle = ink.now;
    series.now.forEach((value, at) => {
      if (value === null || !this.model.open[at]) return;
      pen.beginPath();
      pen.arc(this.x(at + 0.5), this.y(value), Math.min(4, this.unit / 4), 0, 7);
      pen.fill();
    });
  }

  marks(pen) {
    const { view, ink, series } = this, [first, end] = this.range();
    if (view.at !== null && (end - first > 1 || view.picked)) {
      pen.fillStyle = ink.now;
      pen.globalAlpha = 0.12;
      pen.fillRect(this.x(first), TOP, (end - first) * this.unit, PLOT + AXIS);
      pen.globalAlpha = 1;
    }
    if (view.at === null || !this.focused) return;
    pen.strokeStyle = ink.ink;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.arc(this.x(view.at + 0.5), this.y(series.now[view.at] ?? 0), 7, 0, 7);
    pen.stroke();
  }

  // Agents: bars for those on the roster, a line for those asked for, the plan's beside it where they differ.
  need(pen, width) {
    const { model, ink } = this, { plan, now, have, later } = model.need, top = TOP + PLOT + AXIS + GAP;
    const high = Math.max(1, ...plan, ...now, ...(have || [0])) * 1.15, y = (v) => top + NEED * (1 - v / high);
    pen.font = `12px ${ink.font}`;
    pen.fillStyle = ink.ink;
    pen.globalAlpha = 0.14;
    pen.fillRect(LEFT, top + NEED - 1, width - LEFT - RIGHT, 1);
    pen.globalAlpha = 0.75;
    pen.textAlign = "right";
    const step = tick(high, 2);
    for (let value = step; value <= high; value += step) pen.fillText(shownNumber(value), LEFT - 8, y(value));
    pen.globalAlpha = 1;
    if (have) {
      have.forEach((value, at) => {
        pen.fillStyle = ink.have;
        pen.fillRect(this.x(at), y(value), this.unit + 0.5, top + NEED - y(value));
        if (later || now[at] - value < 0.05) return;
        pen.fillStyle = ink.short;
        pen.fillRect(this.x(at), y(now[at]), this.unit + 0.5, y(value) - y(now[at]));
      });
    }
    const steps = (values, color, size) => {
      pen.strokeStyle = color;
      pen.lineWidth = size;
      pen.beginPath();
      values.forEach((value, at) => {
        if (!at || model.day[at] !== model.day[at - 1]) pen.moveTo(this.x(at), y(value));
        else pen.lineTo(this.x(at), y(value));
        pen.lineTo(this.x(at + 1), y(value));
      });
      pen.stroke();
    };
    if (plan.some((v, at) => Math.abs(v - now[at]) > 0.05)) {
      pen.setLineDash([4, 3]);
      steps(plan, ink.ink, 1.2);
      pen.setLineDash([]);
    }
    steps(now, ink.ink, 2);
  }
}
