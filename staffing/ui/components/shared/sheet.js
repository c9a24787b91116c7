// What the canvases share: their elements, the surface they draw on, and how edits reach the server.
const sheets = globalThis.staffingSheets ?? guarded(new Map()); // by name, the one of this tab drawn last

// A tab is not closed or loaded anew unasked while an edit has no answer.
function guarded(made) {
  globalThis.staffingSheets = made;
  addEventListener("beforeunload", (event) => {
    if ([...made.values()].some((sheet) => sheet.pending.length)) event.preventDefault();
  });
  return made;
}

function node(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  if (parent) parent.appendChild(made);
  return made;
}

class Sheet {
  constructor(name, parent) {
    this.name = name;
    this.truth = null; // what the server said
    this.model = null; // the same with pending edits and the one under the pointer
    this.pending = []; // edits, or the words undo and redo, that have no answer yet
    this.preview = null;
    this.rev = 0;
    this.seq = 0;
    this.client = Math.random().toString(36).slice(2, 10);
    this.root = node("div", name, parent);
    this.bar = node("div", "bar", this.root);
    this.stage = node("div", "stage", this.root);
    this.stage.tabIndex = 0;
    this.stage.setAttribute("role", "application");
    this.tip = node("div", "tip", this.root);
    this.live = node("div", "say", this.root);
    this.live.setAttribute("aria-live", "polite");
    this.legend = node("div", "legend", this.root);
    this.probe = node("div", "probe", this.root);
    this.probe.addEventListener("transitionend", () => this.draw());
    this.resize = new ResizeObserver(() => this.draw());
    this.stage.addEventListener("keydown", (e) => this.key(e));
  }

  // The pen of a canvas of this size in the units of the page.
  surface(canvas, width, height) {
    const ratio = window.devicePixelRatio || 1;
    const w = Math.round(width * ratio), h = Math.round(height * ratio);
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.textBaseline = "middle";
    return pen;
  }

  // A page that was left and is opened again goes on with the edits of its former canvas that have no answer.
  inherit() {
    const former = sheets.get(this.name);
    sheets.set(this.name, this);
    if (former) Object.assign(this, { client: former.client, seq: former.seq, pending: former.pending, session: former.session });
    return former;
  }

  // Edits belong to a session of the server: with another one those without an answer are gone. Tells whether there were any.
  meet(base) {
    const session = String(base).split("-")[0], gone = this.session !== session && this.pending.length > 0;
    if (gone) this.pending = [];
    this.session = session;
    return gone;
  }

  // The edits among what has no answer; what undo and redo come to is known to the server only.
  get drawn() { return this.pending.flatMap((item) => (typeof item.what === "string" ? [] : item.what)); }

  take(what) { this.pending.push({ seq: ++this.seq, what }); }

  step(word) {
    if (!this.model.editable) return;
    this.take(word);
    this.post();
  }

  // All that has no answer, each time: the server takes each number once.
  post(seen = this.rev) {
    this.sentAt = performance.now();
    this.root.dataset.waiting = String(this.pending.length);
    const items = this.pending.map((item) => [item.seq, item.what]);
    this.send("edits", { client: this.client, seen, base: this.truth.base, items });
  }

  // The number of the last edit that the server took, and what it says of it.
  answered({ ack: [client, seq], said }) {
    if (client === this.client) this.pending = this.pending.filter((item) => item.seq > seq);
    if (client === this.client && said) this.live.textContent = said;
    this.root.dataset.waiting = String(this.pending.length);
    this.root.dataset.rev = String(this.rev);
    if (this.sentAt && !this.pending.length) {
      this.root.dataset.confirmMs = (performance.now() - this.sentAt).toFixed(0);
      this.sentAt = 0;
    }
  }
}
