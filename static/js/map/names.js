/* Names on the base map: placed along their streets, without overlaps. Their positions depend only on the
   scale, so that no name jumps while the map is moved. A name that would cover the number in a ring of
   several requests is left out: the map's "marks" event has the positions of those `numbers`. */
const SVG = "http://www.w3.org/2000/svg";
const UP_TO = { main: 20, street: 2.6 }; // metres per pixel up to which such names are shown
const ZONES_FROM = 4.5; // metres per pixel
const EVERY = 520; // pixels along a street between two labels of the same street
const GAP = 18; // pixels between two names
const CELL = 64;
const NUMBER = 20; // pixels around the center of a ring that are reserved for its number

/** Draw the names in view of `map` from the base map's `layers`, and update them.
    @type {(map: L.Map, layers: Layers, metresPerPixel: (map: L.Map) => number) => void} */
export function showNames(map, layers, metresPerPixel) {
  map.createPane("names").setAttribute("aria-hidden", "true");
  const drawing = document.createElementNS(SVG, "svg");
  const overlay = L.svgOverlay(drawing, map.getBounds(), { pane: "names", className: "bm-names" }).addTo(map);
  const known = /** @type {Map<number, PlacedName[]>} */ (new Map()); // by zoom
  let numbers = /** @type {L.LatLngTuple[]} */ ([]); // [latitude, longitude] of each ring
  const show = () => {
    const zoom = map.getZoom();
    if (!known.has(zoom)) known.set(zoom, placeNames(map, layers, zoom, metresPerPixel(map)));
    const bounds = map.getBounds().pad(0.4);
    const corner = map.project(bounds.getNorthWest(), zoom);
    const size = map.project(bounds.getSouthEast(), zoom).subtract(corner);
    drawing.setAttribute("viewBox", `0 0 ${size.x} ${size.y}`);
    const rings = numbers.map((at) => map.project(at, zoom));
    const shown = known.get(zoom).filter((name) => !coversNumber(name, rings));
    drawing.replaceChildren(...shown.map((name) => makeText(name, corner, size)).filter(Boolean));
    overlay.setBounds(bounds);
  };
  map.on("moveend", show);
  map.on("marks", (/** @type {any} */ event) => {
    numbers = event.numbers;
    show();
  });
  show();
}

function coversNumber(/** @type {PlacedName} */ { words, x, y, angle }, /** @type {L.Point[]} */ rings) {
  const near = rings.filter((ring) => Math.hypot(ring.x - x, ring.y - y) < measureWidth(words) + NUMBER);
  if (!near.length) return false;
  const spots = listPoints(x, y, angle, measureWidth(words) - 14);
  return near.some((ring) => spots.some((spot) => Math.hypot(spot.x - ring.x, spot.y - ring.y) < NUMBER));
}

/** @type {(name: PlacedName, corner: L.Point, size: L.Point) => SVGElement | null} */
function makeText({ words, kind, x, y, angle }, corner, size) {
  const [left, top] = [x - corner.x, y - corner.y];
  if (left < 0 || top < 0 || left > size.x || top > size.y) return null;
  const element = document.createElementNS(SVG, "text");
  const place = `translate(${left.toFixed(1)} ${top.toFixed(1)}) rotate(${angle.toFixed(1)})`;
  element.setAttribute("class", `bm-name bm-name--${kind}`);
  element.setAttribute("transform", place);
  element.textContent = words;
  return element;
}

/** Return all names at this zoom, in pixels of the whole world: zones first, then main streets.
    @type {(map: L.Map, layers: Layers, zoom: number, scale: number) => PlacedName[]} */
function placeNames(map, layers, zoom, scale) {
  const found = /** @type {PlacedName[]} */ ([]);
  const room = new Room();
  if (scale > ZONES_FROM)
    for (const zone of layers.zones) {
      const { x, y } = map.project(zone.at, zoom);
      const spots = listPoints(x, y, 0, measureWidth(zone.name));
      if (room.take(spots, zone.name)) found.push({ words: zone.name, kind: "zone", x, y, angle: 0 });
    }
  for (const kind of /** @type {const} */ (["main", "street"])) {
    if (scale > UP_TO[kind]) continue;
    for (const street of layers.streets) {
      if (street.main !== (kind === "main")) continue;
      const points = street.points.map((point) => map.project(point, zoom));
      found.push(...placeAlongStreet(street.name, kind, points, room));
    }
  }
  return found;
}

/** @type {(words: string, kind: string, points: L.Point[], room: Room) => Iterable<PlacedName>} */
function* placeAlongStreet(words, kind, points, room) {
  const length = measureWidth(words);
  const reach = points.slice(1).map((point, n) => point.distanceTo(points[n]));
  const total = reach.reduce((sum, each) => sum + each, 0);
  const half = length / 2;
  const count = Math.max(1, Math.round(total / EVERY));
  for (let n = 0; n < count; n += 1) {
    // Try the middle of the stretch first, then positions beside it if the middle is taken.
    for (const shift of [0, 0.16, -0.16, 0.32, -0.32]) {
      const middle = ((n + 0.5 + shift) * total) / count;
      if (middle < half || middle > total - half) continue;
      const name = findStraight(points, reach, middle, length);
      if (name && room.take(listPoints(name.x, name.y, name.angle, length), words)) {
        yield { words, kind, ...name };
        break;
      }
    }
  }
}

/** Return the position of a name of `length` around `middle` of a line; null if the line bends there. `reach`
    has the distance from each point to the next.
    @type {(points: L.Point[], reach: number[], middle: number, length: number) => Spot & {angle: number}} */
function findStraight(points, reach, middle, length) {
  const [a, b] = [-0.5, 0.5].map((half) => findPoint(points, reach, middle + half * length));
  if (Math.hypot(b.x - a.x, b.y - a.y) < length * 0.985) return null;
  const angle = (Math.atan2(b.y - a.y, b.x - a.x) * 180) / Math.PI;
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, angle: ((angle + 270) % 180) - 90 };
}

/** @type {(points: L.Point[], reach: number[], distance: number) => Spot} */
function findPoint(points, reach, distance) {
  let left = distance;
  let n = 0;
  while (n < reach.length - 1 && left > reach[n]) left -= reach[n++];
  const share = reach[n] ? left / reach[n] : 0;
  return {
    x: points[n].x + (points[n + 1].x - points[n].x) * share,
    y: points[n].y + (points[n + 1].y - points[n].y) * share,
  };
}

const measureWidth = (/** @type {string} */ words) => 6.8 * words.length + 14;

/** Return points along a name, at most its height apart.
    @type {(x: number, y: number, angle: number, length: number) => Spot[]} */
function listPoints(x, y, angle, length) {
  const [dx, dy] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const spots = /** @type {Spot[]} */ ([]);
  for (let d = -length / 2; d <= length / 2; d += 9) spots.push({ x: x + d * dx, y: y + d * dy });
  return spots;
}

/* The occupied area: the positions of names, indexed by grid cell, so that names do not overlap and labels of
   one street have a distance. */
class Room {
  /** @type {Map<string, Spot[]>} */
  cells = new Map();
  /** @type {Map<string, Spot[]>} */
  names = new Map();

  take(/** @type {Spot[]} */ spots, /** @type {string} */ words) {
    const middle = spots[Math.floor(spots.length / 2)];
    const same = this.names.get(words) ?? [];
    const isFree =
      same.every((other) => Math.hypot(other.x - middle.x, other.y - middle.y) > EVERY * 0.7) &&
      spots.every((spot) => this.#isFree(spot));
    if (!isFree) return false;
    for (const spot of spots) this.#cell(spot.x, spot.y).push(spot);
    this.names.set(words, [...same, middle]);
    return true;
  }

  #isFree(/** @type {Spot} */ { x, y }) {
    for (const dx of [-GAP, GAP])
      for (const dy of [-GAP, GAP])
        if (this.#cell(x + dx, y + dy).some((other) => Math.hypot(other.x - x, other.y - y) < GAP))
          return false;
    return true;
  }

  #cell(/** @type {number} */ x, /** @type {number} */ y) {
    const key = `${Math.floor(x / CELL)} ${Math.floor(y / CELL)}`;
    if (!this.cells.has(key)) this.cells.set(key, []);
    return this.cells.get(key);
  }
}
