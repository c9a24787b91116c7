// The roster on a canvas. Names are drawn or set as textContent; nothing that comes from data becomes markup.
// `view` (mode, day, cursor, scroll) lives on the element and survives a new set of data.
const ROW = 22, LEFT = 176, STRIP = 104, AXIS = 22, RIGHT = 10;
const ABOVE = 500, LEAST = 300; // the rows fill the window but for what stands above and below them

function reader(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  let at = 0;
  const next = () => {
    let value = 0, scale = 1, byte;
    do { byte = bytes[at++]; value += (byte & 127) * scale; scale *= 128; } while (byte & 128);
    return value;
  };
  const signed = () => { const v = next(); return v % 2 ? -(v + 1) / 2 : v / 2; };
  const series = (n, unit = 1) => {
    const out = new Float64Array(n);
    for (let i = 0, last = 0; i < n; i++) out[i] = (last += signed()) / unit;
    return out;
  };
  return { next, signed, series };
}

// A kind is what a segment is: every activity and queue twice, free and locked.
function kindsOf(data) {
  return data.kinds.flatMap((kind) => [{ ...kind, locked: false }, { ...kind, locked: true }]);
}

function readSegments(parts, kinds) {
  const mine = [];
  for (let n = parts.next(), last = 0; n > 0; n--) {
    const start = last + parts.signed(), end = start + parts.next();
    mine.push({ start, end, kind: kinds[parts.next()] });
    last = end;
  }
  return mine;
}

function decode(data) {
  const people = data.agents.id.length, parts = reader(data.segments), segments = [], kinds = kindsOf(data);
  for (let a = 0; a < people; a++) segments.push(readSegments(parts, kinds));
  const levels = reader(data.coverage), n = data.slots;
  const strips = data.strips.map((s) => ({ ...s, need: levels.series(n, 10), have: levels.series(n, 10) }));
  const short = levels.series(n, 10);
  strips.forEach((s, i) => { s.short = i ? s.need.map((v, t) => Math.max(0, v - s.have[t])) : short; });
  const speeds = reader(data.agents.speed), queues = data.strips.length - 1;
  const speed = data.agents.id.map(() => Array.from({ length: queues }, () => speeds.next() / 100));
  return {
    ...data, kinds, segments, strips, minute: reader(data.minute).series(n), flags: new Map(),
    agents: { ...data.agents, speed }, place: new Map(data.agents.row.map((row, at) => [row, at])),
  };
}

// Rows and levels that changed since revision `patch.from`, written over those of the model; agents not shown are skipped.
function patched(model, patch) {
  const rows = reader(patch.rows), segments = model.segments.slice();
  for (let n = rows.next(); n > 0; n--) {
    const at = model.place.get(rows.next()), mine = readSegments(rows, model.kinds);
    if (at !== undefined) segments[at] = mine;
  }
  const levels = reader(patch.levels), strips = model.strips.map((s) => ({ ...s }));
  for (let n = levels.next(); n > 0; n--) {
    const strip = strips[levels.next()], from = levels.next(), length = levels.next();
    for (const name of ["need", "have"]) {
      strip[name] = strip[name].slice();
      strip[name].set(levels.series(length, 10), from);
    }
    if (strip !== strips[0]) strip.short = strip.need.map((v, t) => Math.max(0, v - strip.have[t]));
    else {
      strip.short = strip.short.slice();
      strip.short.set(levels.series(length, 10), from);
    }
  }
  const flags = new Map();
  for (const [row, day, hard, text] of patch.flags) {
    const at = model.place.get(row);
    if (at === undefined) continue;
    if (!flags.has(at)) flags.set(at, []);
    flags.get(at).push({ day, hard, text });
  }
  return { ...model, segments, strips, flags };
}

function inkOn(color) {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05) >= 4.5 ? "#FFFFFF" : "#1B1F24";
}

const two = (n) => String(n).padStart(2, "0");
