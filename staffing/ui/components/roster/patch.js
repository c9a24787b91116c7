// Hands what changed to the roster on the same page, so that an edit never sends the whole roster again.
export default function patch({ data }) {
  const meet = (globalThis.staffingRosters ??= { rosters: new Map(), patches: new Map() });
  meet.patches.set(data.key, data);
  meet.rosters.get(data.key)?.receive(data);
}
