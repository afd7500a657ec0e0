// The photos that were chosen for a form which takes them along itself: each is seen, and can be
// taken out again before anything is sent. Without this module the browser says how many they are.

import { notAdded, parted } from "./photo-room.js";

/** For a group of file inputs; its last one holds what was chosen with any of them. */
export function dressChoice(group) {
  const root = group.parentElement;
  const inputs = [...group.querySelectorAll("[type=file]")];
  const holder = inputs.at(-1);
  const place = root.querySelector("[data-chosen-photos]");
  const leftOut = root.querySelector("[data-photos-left]");
  const says = root.querySelector("[data-chosen]");
  const tiles = new Map(); // a chosen file to its tile
  const room = () => Number(group.dataset.most) - root.querySelectorAll("[name=photo]:checked").length - tiles.size;

  function add(files) {
    const [taken, left] = parted(files, room());
    leftOut.textContent = notAdded(group.dataset.tooMany, left);
    for (const file of taken) tiles.set(file, tileOf(file));
    hold();
  }

  function hold() {
    const files = new DataTransfer();
    for (const file of tiles.keys()) files.items.add(file);
    for (const input of inputs) input.value = "";
    holder.files = files.files;
    place.hidden = !tiles.size;
    const names = [...tiles.keys()].map((file) => file.name).join(", ");
    says.textContent = names && says.dataset.chosen.replace("{names}", () => names);
  }

  function tileOf(file) {
    const tile = root.querySelector("[data-chosen-photo]").content.firstElementChild.cloneNode(true);
    const image = tile.querySelector("img");
    image.addEventListener("error", () => showName(tile, file), { once: true }); // a kind it cannot draw
    image.src = URL.createObjectURL(file);
    tile.querySelector("button").addEventListener("click", () => drop(file));
    place.append(tile);
    return tile;
  }

  function drop(file) {
    const tile = tiles.get(file);
    URL.revokeObjectURL(tile.querySelector("img").src);
    tile.remove();
    tiles.delete(file);
    leftOut.textContent = ""; // there is room again
    hold();
    holder.focus({ preventScroll: true });
  }

  group.addEventListener("change", ({ target }) => add([...target.files]));
  // On their way to the city they stay as they are.
  group.addEventListener("photos:going", () => {
    for (const tile of tiles.values()) tile.querySelector("button").hidden = true;
    tiles.clear();
  });
  add(inputs.flatMap((input) => [...input.files])); // chosen while this module was on its way
}

function showName(tile, file) {
  tile.classList.add("photo--blank");
  const name = tile.querySelector("p");
  name.hidden = false;
  name.textContent = file.name;
}
