// Where things are and how they look. Reads `this.model` and `this.view`, draws, changes nothing else.
class Painter extends Sheet {
  dayOf(slot) {
    const at = this.model.days.findIndex((day) => slot < day.end);
    return at < 0 ? this.model.days.length - 1 : at;
  }

  clock(slot) {
    const { minute, slots, step_min: step } = this.model;
    const m = slot < slots ? minute[Math.max(0, slot)] : (minute[slots - 1] + (slot - slots + 1) * step) % 1440;
    return `${two(Math.floor(m / 60))}:${two(m % 60)}`;
  }

  order() {
    if (this.drag && this.order_) return this.order_; // rows stand still under the pointer
    const all = this.model.segments.map((_, i) => i);
    if (this.view.sort !== "start") return all;
    const { start, end } = this.model.days[this.view.day];
    const first = this.model.segments.map((mine) => {
      const found = mine.find((s) => !s.kind.absent && s.start >= start && s.start < end);
      return found ? found.start : Infinity;
    });
    return all.sort((a, b) => first[a] - first[b] || a - b);
  }

  layout(width) {
    const { days } = this.model, { mode, day } = this.view;
    const first = mode === "week" ? day - (day % 7) : day;
    const shown = days.slice(first, mode === "week" ? first + 7 : first + 1);
    const slots = shown.reduce((sum, d) => sum + d.to - d.from, 0);
    const unit = (width - LEFT - RIGHT) / Math.max(1, slots);
    let x = LEFT;
    this.shown = shown.map((d) => { const at = { ...d, x }; x += (d.to - d.from) * unit; return at; });
    this.unit = unit;
    this.order_ = this.order();
  }

  x(slot) {
    let at = LEFT;
    for (const d of this.shown) {
      if (slot < d.from) return at;
      at = d.x + Math.min(slot - d.from, d.to - d.from) * this.unit;
      if (slot <= d.to) return at;
    }
    return at;
  }

  slotAt(x) {
    const day = [...this.shown].reverse().find((d) => x >= d.x);
    return day ? Math.min(day.to - 1, day.from + Math.floor((x - day.x) / this.unit)) : null;
  }

  draw() {
    const width = Math.floor(this.stage.clientWidth);
    if (!this.model || width < LEFT + 50) return;
    const began = performance.now(), style = getComputedStyle(this.root), { days, labels } = this.model;
    const hex = (value) => { // any CSS colour as #rrggbb, by letting a canvas read it
      const pen = document.createElement("canvas").getContext("2d");
      pen.fillStyle = value;
      return pen.fillStyle.startsWith("#") ? pen.fillStyle : "#808080";
    };
    const back = hex(style.getPropertyValue("--st-background-color").trim() || "#ffffff");
    this.look = {
      ink: style.color, font: style.fontFamily, back,
      dark: inkOn(back) === "#FFFFFF",
    };
    this.layout(width);
    const people = this.order_.length, height = Math.max(ROW * 2, Math.min(Math.max(LEAST, window.innerHeight - ABOVE), people * ROW));
    this.rows.style.height = `${height}px`;
    this.spacer.style.height = `${Math.max(0, people * ROW - height)}px`;
    this.dayButton.setAttribute("aria-pressed", String(this.view.mode === "day"));
    this.weekButton.setAttribute("aria-pressed", String(this.view.mode === "week"));
    this.queue.value = String(this.view.strip);
    this.sort.value = this.view.sort;
    const [a, b] = [this.shown[0], this.shown[this.shown.length - 1]];
    this.where.textContent = this.shown.length > 1 ? `${a.label} – ${b.label}` : [a.label, a.note].filter(Boolean).join(" · ");
    this.back.disabled = a.start === 0;
    this.forth.disabled = b.end === days[days.length - 1].end;
    this.drawStrip(width);
    this.drawRows(width, height);
    if (!people) this.live.textContent = labels.nobody;
    this.acts.undo.disabled = !this.state.undo;
    this.acts.redo.disabled = !this.state.redo;
    this.acts.paste.disabled = this.acts.swap.disabled = !this.marked;
    this.problem.hidden = !this.model.flags.size;
    Object.assign(this.root.dataset, {
      mode: this.view.mode, day: String(this.view.day), agents: String(people),
      strip: this.model.strips[this.view.strip].id, paintMs: (performance.now() - began).toFixed(1),
    });
  }

  grid(pen, top, bottom, withText) {
    const { ink, font } = this.look, { minute } = this.model, wide = this.shown.length === 1;
    pen.font = `11px ${font}`;
    for (const d of this.shown) {
      pen.strokeStyle = ink;
      pen.fillStyle = ink;
      pen.globalAlpha = 0.4;
      pen.beginPath(); pen.moveTo(d.x, 0); pen.lineTo(d.x, bottom); pen.stroke();
      const dense = this.unit * 60 / this.model.step_min, every = wide ? (dense > 44 ? 60 : 120) : 360;
      for (let t = d.from; t < d.to; t++) {
        if (minute[t] % every || (t > d.from && minute[t] === minute[t - 1])) continue;
        const x = d.x + (t - d.from) * this.unit;
        pen.globalAlpha = 0.12;
        pen.beginPath(); pen.moveTo(x, top); pen.lineTo(x, bottom); pen.stroke();
        if (withText && (wide || minute[t] % 720 === 0 && t > d.from)) {
          pen.globalAlpha = 0.75;
          pen.fillText(wide ? this.clock(t) : String(minute[t] / 60), x + 3, top - 8);
        }
      }
      if (withText && !wide) { pen.globalAlpha = 1; pen.fillText(d.label, d.x + 4, 8, (d.to - d.from) * this.unit - 8); }
    }
    pen.globalAlpha = 1;
  }

  drawStrip(width) {
    const top = this.shown.length === 1 ? AXIS : AXIS + 12, height = top + STRIP;
    const pen = this.surface(this.strip, width, height), { ink, font, dark } = this.look;
    const { colors, labels } = this.model, strip = this.model.strips[this.view.strip];
    this.grid(pen, top, height, true);
    let most = 1;
    for (const d of this.shown) for (let t = d.from; t < d.to; t++) most = Math.max(most, strip.need[t], strip.have[t]);
    const y = (v) => height - (v / most) * (STRIP - 8), w = Math.max(1, this.unit);
    const box = (color, alpha, x, low, high) => {
      if (high - low < 0.01) return;
      pen.globalAlpha = alpha; pen.fillStyle = color; pen.fillRect(x, y(high), w + 0.4, y(low) - y(high));
    };
    for (const d of this.shown) {
      pen.strokeStyle = ink;
      for (let t = d.from; t < d.to; t++) {
        const x = d.x + (t - d.from) * this.unit, need = strip.need[t], met = need - strip.short[t];
        box(colors.met, dark ? 0.75 : 1, x, 0, met);
        box(colors.under, 1, x, met, need);
        box(dark ? colors.over_on_dark : colors.over, 0.55, x, need, need + Math.max(0, strip.have[t] - met));
      }
      pen.globalAlpha = 0.9;
      pen.lineWidth = 1.2;
      pen.beginPath();
      for (let t = d.from; t < d.to; t++) {
        const x = d.x + (t - d.from) * this.unit;
        if (t === d.from) pen.moveTo(x, y(strip.need[t])); else pen.lineTo(x, y(strip.need[t]));
        pen.lineTo(x + this.unit, y(strip.need[t]));
      }
      pen.stroke();
    }
    this.drawMark(pen, 0, height);
    pen.globalAlpha = 1;
    pen.fillStyle = ink;
    pen.font = `600 12px ${font}`;
    this.text(pen, this.view.strip ? strip.label : labels.all_queues, 10, top + 12, LEFT - 20);
    pen.font = `11px ${font}`;
    pen.globalAlpha = 0.75;
    this.text(pen, `${labels.required} —  ${labels.assigned} ■`, 10, top + 32, LEFT - 20);
    pen.textAlign = "right";
    pen.fillText(most.toFixed(most < 10 ? 1 : 0), LEFT - 6, y(most) + 4);
    pen.fillText("0", LEFT - 6, height - 6);
    pen.textAlign = "left";
    pen.globalAlpha = 1;
  }

  drawMark(pen, top, bottom) {
    if (this.view.mark === null || !this.shown.some((d) => this.view.mark >= d.from && this.view.mark < d.to)) return;
    pen.globalAlpha = 0.9;
    pen.strokeStyle = this.model.colors.under;
    pen.lineWidth = 2;
    pen.strokeRect(this.x(this.view.mark), top - 4, Math.max(3, this.unit), bottom - top + 8);
    pen.lineWidth = 1;
    pen.globalAlpha = 1;
  }

  text(pen, value, x, y, room) {
    let shown = value;
    while (shown && pen.measureText(shown).width > room) shown = shown.slice(0, -1);
    pen.fillText(shown === value || shown.length < 2 ? shown : `${shown.slice(0, -1)}…`, x, y);
  }

  drawRows(width, height) {
    const pen = this.surface(this.body, width, height), { ink, font } = this.look, { agents } = this.model;
    const scroll = this.rows.scrollTop, first = Math.floor(scroll / ROW);
    this.grid(pen, 0, height, false);
    const last = Math.min(this.order_.length, Math.ceil((scroll + height) / ROW));
    for (let i = first; i < last; i++) {
      const agent = this.order_[i], y = i * ROW - scroll;
      pen.fillStyle = ink;
      if (agents.team[agent] % 2) { pen.globalAlpha = 0.045; pen.fillRect(0, y, width, ROW); }
      pen.globalAlpha = 1;
      pen.font = `12px ${font}`;
      this.text(pen, agents.name[agent], 10, y + ROW / 2, LEFT - 18);
      for (const segment of this.model.segments[agent]) this.drawSegment(pen, segment, y);
      this.drawFlags(pen, agent, y);
      if (i === this.view.row && this.view.slot !== null) {
        pen.strokeStyle = ink;
        pen.lineWidth = 2;
        pen.strokeRect(this.x(this.view.slot), y + 1, Math.max(4, this.unit), ROW - 2);
        pen.lineWidth = 1;
      }
    }
    this.drawMark(pen, 0, height);
  }

  // A frame and a mark around what breaks a rule, dashes around what was copied.
  drawFlags(pen, agent, y) {
    const { flags, colors, days, agents } = this.model, { ink, font, back } = this.look;
    for (const { day, hard } of flags.get(agent) || []) {
      const shift = this.shiftOn(agent, day), d = days[day];
      if (!this.shown.some((s) => s.start === d.start)) continue;
      const left = this.x(shift ? shift.start : d.from), right = shift ? this.x(shift.end) : left + 15;
      pen.strokeStyle = hard ? colors.under : ink;
      pen.lineWidth = hard ? 2 : 1;
      pen.strokeRect(left + 1, y + 2, Math.max(6, right - left - 2), ROW - 4);
      pen.lineWidth = 1;
      pen.fillStyle = hard ? colors.under : ink;
      pen.fillRect(left, y + 1, 10, 12);
      pen.fillStyle = hard ? inkOn(colors.under) : back;
      pen.font = `700 10px ${font}`;
      pen.fillText("!", left + 3, y + 7.5);
    }
    if (this.marked && agents.id[agent] === this.marked.agent) {
      const shift = this.shiftOn(agent, this.marked.day);
      if (!shift) return;
      pen.strokeStyle = ink;
      pen.setLineDash([4, 3]);
      pen.strokeRect(this.x(shift.start), y + 1.5, this.x(shift.end) - this.x(shift.start), ROW - 3);
      pen.setLineDash([]);
    }
  }

  drawSegment(pen, { start, end, kind }, y) {
    const left = this.x(start), right = this.x(end), w = right - left;
    if (w < 0.5) return;
    const { colors } = this.model, { dark, font, back } = this.look;
    const color = kind.token === "leave" && dark ? colors.leave_on_dark : colors[kind.token];
    pen.fillStyle = color;
    pen.globalAlpha = kind.absent ? 0.35 : 1;
    pen.fillRect(left, y + 3, w, ROW - 6);
    pen.globalAlpha = 1;
    if (kind.absent) {
      pen.save();
      pen.beginPath(); pen.rect(left, y + 3, w, ROW - 6); pen.clip();
      pen.strokeStyle = color;
      pen.beginPath();
      for (let x = left - ROW; x < right; x += 7) { pen.moveTo(x, y + ROW - 3); pen.lineTo(x + ROW - 6, y + 3); }
      pen.stroke();
      pen.restore();
    } else if (w > 3) {
      pen.fillStyle = back;
      pen.fillRect(right - 0.6, y + 3, 0.6, ROW - 6);
    }
    const ink = kind.absent ? this.look.ink : inkOn(color);
    if (kind.mark && w >= 4) {
      pen.strokeStyle = ink;
      pen.beginPath(); pen.moveTo(left + w / 2, y + 7); pen.lineTo(left + w / 2, y + ROW - 7); pen.stroke();
    } else if (!kind.mark && w > 46 && (this.shown.length === 1 || kind.say)) {
      pen.fillStyle = ink;
      pen.font = `11px ${font}`;
      this.text(pen, kind.queue || kind.activity, left + 5, y + ROW / 2 + 0.5, w - 8);
    }
    if (kind.locked) { pen.fillStyle = ink; pen.fillRect(left, y + ROW - 5, w, 2); }
  }
}
