/* Pins by kind. The kinds differ in shape: a ring is reported, a disc is under way, a square with a check is
   fixed, a small grey disc is closed for another reason, a drop is selected, a numbered ring is a cluster.
   Colors are in map.css. */

/** @type {Record<string, string>} */
const DRAWINGS = {
  reported: '<circle class="pin__ring" r="6.5"/>',
  working: '<circle class="pin__disc" r="8"/>',
  fixed:
    '<rect class="pin__box" x="-8" y="-8" width="16" height="16" rx="3.5"/><path class="pin__check" d="m-4 0 3 3 5-6"/>',
  closed: '<circle class="pin__done" r="6"/>',
  selected:
    '<ellipse class="pin__shadow" cy="1" rx="7" ry="3"/><path class="pin__drop" d="M0 0s-18-16-18-31a18 18 0 0 1 36 0c0 15-18 31-18 31z"/><circle class="pin__hole" cy="-31" r="6.5"/>',
};
const RINGS = [
  [100, 12.5],
  [1_000, 16],
  [Infinity, 20],
]; // radius of a ring for fewer than that many requests
/** @type {Record<string, number[]>} */
const BOXES = { selected: [-20, -51, 40, 56] };
const SMALL = [-12, -12, 24, 24];

/** Return a Leaflet icon; `count` is the number in a cluster's ring, `isMore` means that there are more. */
export function pinIcon(/** @type {string} */ kind, count = 0, isMore = false) {
  const [, radius] = RINGS.find(([below]) => count < below);
  const half = radius + 2.5;
  const ring = `<circle class="pin__many" r="${radius}"/>`;
  const [x, y, width, height] = BOXES[kind] ?? (count ? [-half, -half, 2 * half, 2 * half] : SMALL);
  const number = count
    ? `<text dy=".35em" text-anchor="middle">${Number(count)}${isMore ? "+" : ""}</text>`
    : "";
  return L.divIcon({
    className: `pin pin--${kind}`,
    html: `<svg viewBox="${x} ${y} ${width} ${height}" width="${width}" height="${height}" aria-hidden="true">${DRAWINGS[kind] ?? ring}${number}</svg>`,
    iconSize: [width, height],
    iconAnchor: [-x, -y],
  });
}
