// Hands what changed to the roster on the same page, so that an edit never sends the whole roster again.
export default function patch({ data }) {
  globalThis.staffingPatch = data; // for a roster that is drawn later
  globalThis.staffingSheets?.get("roster")?.receive(data);
}
