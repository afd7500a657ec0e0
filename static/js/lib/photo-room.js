// A form takes so many photos and no more: the first ones, and the page names those it left out.

const NAMED = 5; // as the server does

/** [those of `files` there is room for, the rest]
    @param {File[]} files
    @param {number} room */
export function parted(files, room) {
  const most = Math.max(0, room);
  return [files.slice(0, most), files.slice(most)];
}

/** `words` with the names of the files that were left out; "" where none was.
    @param {string} words
    @param {File[]} files */
export function notAdded(words, files) {
  const names = files.slice(0, NAMED).map((file) => file.name);
  if (files.length > NAMED) names.push(`+${files.length - NAMED}`);
  return names.length ? words.replace("{names}", () => names.join(", ")) : "";
}
