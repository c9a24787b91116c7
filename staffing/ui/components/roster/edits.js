// Edits drawn at once: each changes a copy of what the server last said, and stays until the server has answered.
class Editor extends Painter {
  // Shifts of an agent: runs of segments that touch, absences left out; `day` is the day a run starts on.
  shiftsOf(agent) {
    const runs = [];
    for (const segment of this.model.segments[agent]) {
      if (segment.kind.absent) continue;
      const last = runs[runs.length - 1];
      if (last && last.end === segment.start) { last.end = segment.end; last.parts.push(segment); }
      else runs.push({ start: segment.start, end: segment.end, parts: [segment], day: this.dayOf(segment.start) });
    }
    return runs;
  }

  shiftAt(agent, slot) { return this.shiftsOf(agent).find((s) => slot >= s.start && slot < s.end); }

  shiftOn(agent, day) { return this.shiftsOf(agent).find((s) => s.day === day); }

  kindLike(code, queue, locked) {
    return this.model.kinds.find((k) => k.code === code && k.q === queue && k.locked === locked);
  }

  rebuild() {
    const { truth } = this;
    this.model = { ...truth, segments: truth.segments.slice(), strips: truth.strips.map((s) => ({ ...s })) };
    for (const edit of this.preview ? this.drawn.concat(this.preview) : this.drawn) this.apply(edit);
    this.order_ = this.order();
  }

  // Puts `parts` in the place of a shift (or of nothing) and moves the coverage along.
  replace(agent, old, parts) {
    const { model } = this, gone = new Set(old ? old.parts : []), speed = model.agents.speed[agent];
    model.segments[agent] = model.segments[agent].filter((s) => !gone.has(s)).concat(parts)
      .sort((a, b) => a.start - b.start || a.end - b.end);
    const count = (segment, sign) => {
      if (segment.kind.code !== "work" || segment.kind.q < 0) return;
      for (const place of [segment.kind.q + 1, 0]) {
        const strip = model.strips[place];
        if (!strip.own) { strip.have = strip.have.slice(); strip.short = strip.short.slice(); strip.own = true; }
        for (let t = Math.max(0, segment.start); t < Math.min(model.slots, segment.end); t++) {
          strip.have[t] += sign * speed[segment.kind.q];
          if (!place) continue;
          const before = strip.short[t];
          strip.short[t] = Math.max(0, strip.need[t] - strip.have[t]);
          const all = model.strips[0];
          if (!all.own) { all.have = all.have.slice(); all.short = all.short.slice(); all.own = true; }
          all.short[t] = Math.max(0, all.short[t] + strip.short[t] - before);
        }
      }
    };
    for (const segment of gone) count(segment, -1);
    for (const segment of parts) count(segment, 1);
  }

  // The slots of a shift without its pauses, which lie over the work around them.
  static spread(shift) {
    const first = shift.parts.find((p) => p.kind.code === "work"), labels = [];
    let work = first ? first.kind : shift.parts[0].kind;
    for (const part of shift.parts) {
      if (part.kind.code === "work") work = part.kind;
      for (let t = part.start; t < part.end; t++) labels.push(part.kind.mark ? work : part.kind);
    }
    return labels;
  }

  static compose(start, labels, pauses) {
    const kinds = labels.slice(), parts = [];
    for (const p of pauses) for (let t = Math.max(start, p.start); t < Math.min(start + kinds.length, p.end); t++) kinds[t - start] = p.kind;
    kinds.forEach((kind, i) => {
      const last = parts[parts.length - 1];
      if (last && last.kind === kind) last.end = start + i + 1;
      else parts.push({ start: start + i, end: start + i + 1, kind });
    });
    return parts;
  }

  // A first picture of an edit; the server may place breaks elsewhere, and its answer stands.
  apply(edit) {
    const agent = this.model.agents.id.indexOf(edit.agent);
    if (agent < 0) return;
    const shift = this.shiftOn(agent, edit.day), at = (part, later) => ({ ...part, start: part.start + later, end: part.end + later });
    const locked = (one) => one && one.parts.some((p) => p.kind.locked);
    if (edit.kind === "insert") {
      if (shift) return;
      const length = Math.round((edit.length_min || this.lengths(edit.shift)[0]) / this.model.step_min);
      const speed = this.model.agents.speed[agent], best = speed.findIndex((v) => v > 0);
      this.replace(agent, null, [{ start: edit.start, end: edit.start + length, kind: this.kindLike("work", best, false) }]);
      return;
    }
    if (edit.kind === "swap") {
      const other = this.model.agents.id.indexOf(edit.other);
      if (other < 0) return;
      const theirs = this.shiftOn(other, edit.day);
      if (locked(shift) || locked(theirs)) return;
      this.replace(agent, shift, theirs ? theirs.parts.map((p) => ({ ...p })) : []);
      this.replace(other, theirs, shift ? shift.parts.map((p) => ({ ...p })) : []);
      return;
    }
    if (!shift || (locked(shift) && !["lock", "copy"].includes(edit.kind))) return;
    const pauses = shift.parts.filter((p) => p.kind.mark);
    if (edit.kind === "move") this.replace(agent, shift, shift.parts.map((p) => at(p, edit.start - shift.start)));
    else if (edit.kind === "remove") this.replace(agent, shift, []);
    else if (edit.kind === "lock") {
      this.replace(agent, shift, shift.parts.map((p) => ({ ...p, kind: this.kindLike(p.kind.code, p.kind.q, edit.locked) })));
    } else if (edit.kind === "copy") {
      const target = this.model.agents.id.indexOf(edit.to_agent), days = this.model.days;
      if (target < 0) return;
      const there = this.shiftOn(target, edit.to_day);
      if (locked(there)) return;
      const later = days[edit.to_day].start - days[edit.day].start;
      this.replace(target, there, shift.parts.map((p) => ({ ...at(p, later), kind: this.kindLike(p.kind.code, p.kind.q, false) })));
    } else if (edit.kind === "resize") {
      const old = Editor.spread(shift), labels = [];
      for (let t = edit.start; t < edit.end; t++) labels.push(old[Math.max(0, Math.min(old.length - 1, t - shift.start))]);
      this.replace(agent, shift, Editor.compose(edit.start, labels, pauses.filter((p) => p.start >= edit.start && p.end <= edit.end)));
    } else if (edit.kind === "pause") {
      const moved = pauses.map((p) => (p.start === edit.at ? at(p, edit.start - p.start) : p));
      this.replace(agent, shift, Editor.compose(shift.start, Editor.spread(shift), moved));
    } else if (edit.kind === "stretch") {
      const labels = Editor.spread(shift), queue = this.model.strips.findIndex((s, i) => i && s.id === edit.queue) - 1;
      const kind = this.kindLike(edit.activity || "work", edit.queue ? queue : -1, false);
      for (let t = Math.max(edit.start, shift.start); t < Math.min(edit.end, shift.end); t++) labels[t - shift.start] = kind;
      this.replace(agent, shift, Editor.compose(shift.start, labels, pauses));
    }
  }

  lengths(shift) { return this.model.shifts.find((s) => s.id === shift).lengths; }

  // Draw an edit now, send it with all that have no answer yet; the server takes each number once.
  edit(...edits) {
    if (!this.model.editable) return;
    const began = performance.now();
    this.preview = null;
    this.take(edits);
    const held = this.order_[this.view.row]; // the cursor stays with the person when the order changes
    this.rebuild();
    this.view.row = Math.max(0, this.order_.indexOf(held));
    this.draw();
    this.root.dataset.editMs = (performance.now() - began).toFixed(1);
    this.post();
  }

  // The server's answer: rows that changed, what is broken, and the number of the last edit it took.
  receive(patch) {
    if (!this.truth || patch.base !== this.truth.base) return;
    const fresh = `${patch.base}:${patch.rev}:${patch.ack}:${patch.said}`;
    if (fresh === this.received) return;
    if (patch.from > this.rev) { this.post(-1); return; } // too far behind: the whole roster, please
    this.received = fresh;
    this.rev = Math.max(this.rev, patch.rev);
    this.truth = patched(this.truth, patch);
    this.answered(patch);
    this.state = { undo: patch.undo, redo: patch.redo };
    this.rebuild();
    this.draw();
  }
}
