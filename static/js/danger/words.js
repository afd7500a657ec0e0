// Find phrases that name a danger, with the algorithm of the matcher on the server and the server's table
// (`Table.as_json`). Both pass tests/city/danger_words.csv.

const STAR = "*";
const JOINED = "+";
const SHORTEST = 4; // words with fewer letters are found only if spelled exactly
const CHANGED = 6; // from this many letters, one letter may differ: shorter words have too many neighbors
const MOST = 2; // typos in one word
const LONG = 8; // words with at least this many letters may have two typos
const INVISIBLE = /[\p{Mn}\p{Me}\p{Cf}\p{Cs}]|(?![\n\t\r])\p{Cc}/gu;
const APOSTROPHES = /(?<=[\p{L}\p{N}_])['’‘ʼ`´](?=[\p{L}\p{N}_])/gu;
const TWICE = /(\p{L})\1/gu;
const REPEATED = /(\p{L})\1{2,}/gu;
const PARTS = /[\p{L}\p{N}]+|[.!?\n]|[,;:()]/gu;
const LETTERS = /^\p{L}+$/u;

/** Return a function that finds the kinds of danger of `table` in a text, the most serious first, without the
    kinds in `besides`.
    @returns {(text: string, besides?: string[]) => string[]} */
export function createFinder(/** @type {DangerTable} */ table) {
  const rows = table.rows.map(({ kind, phrases, exceptions }) => ({
    kind,
    phrases: phrases.map(parseSlots),
    exceptions: exceptions.map(parseSlots),
  }));
  /** @type {DangerRow} */
  const everywhere = { phrases: [], exceptions: table.exceptions.map(parseSlots) };
  const groups = Object.fromEntries(
    Object.entries(table.groups).map(([group, words]) => [group, words.split(" ")]),
  );
  const readText = createReader([everywhere, ...rows], new Set(table.ordinary.split(" ")), groups);
  const fillers = new Set(table.fillers);
  const turns = new Set(table.turns);
  return (text, besides = []) => {
    const words = readWords(text, table.letters, fillers, turns);
    const found = { words, ...readText(words) };
    const read = { ...found, excused: findAllTaken(everywhere.exceptions, found) };
    const isMeant = (/** @type {DangerRow & {kind: string}} */ { kind, phrases, exceptions }) =>
      !besides.includes(kind) && isFound(phrases, exceptions, read, table.gap);
    return rows.filter(isMeant).map(({ kind }) => kind);
  };
}

/* Return the alternative words for each slot of a phrase; a star is allowed only as the first or last
   slot. */
const parseSlots = (/** @type {string} */ phrase) => phrase.split(" ").map((slot) => slot.split("/"));

/** Return `text` in lower case without accents; `letters` maps letters of other alphabets to replacements.
    @type {(text: string, letters: Record<string, string>) => string} */
function foldText(text, letters) {
  const plain = text
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFKD")
    .replace(INVISIBLE, "")
    .replace(/[\t\r]/g, " ");
  const latin = [...plain].map((char) => letters[char] ?? char).join("");
  return latin.replace(APOSTROPHES, "").replace(REPEATED, "$1");
}

/** Return the significant words, each with the number of its sentence, the number of its clause and the
    fillers directly before it.
    @type {(text: string, letters: Record<string, string>, fillers: Set<string>,
      turns: Set<string>) => DangerWord[]} */
function readWords(text, letters, fillers, turns) {
  const found = /** @type {DangerWord[]} */ ([]);
  let before = /** @type {string[]} */ ([]);
  let sentence = 0;
  let clause = 0;
  for (const [part] of foldText(text, letters).matchAll(PARTS)) {
    if (fillers.has(part)) {
      before.push(part);
      if (turns.has(part)) clause += 1;
      continue;
    }
    if (".!?\n".includes(part)) sentence += 1;
    if (".!?\n,;:()".includes(part)) clause += 1;
    else found.push({ text: part, sentence, clause, before });
    before = [];
  }
  return found;
}

/* Return the word and its forms with English and Spanish endings; the table has words without endings. */
function listForms(/** @type {string} */ word) {
  const bare = word.replace(/e$/, "");
  const forms = [word, `${word}s`, `${word}es`, `${bare}ed`, `${bare}ing`, `${bare}in`];
  if (/[aeiou][^aeiouwxy]$/.test(word) && word.length > 2)
    forms.push(`${word}${word.at(-1)}ed`, `${word}${word.at(-1)}ing`);
  if (word.endsWith("y")) forms.push(`${word.slice(0, -1)}ies`, `${word.slice(0, -1)}ied`);
  return forms;
}

/** Return a function that takes the words of a text. It returns the positions at which each word of the table
    occurs in the text, and the positions at which it is spelled exactly.
    @type {(rows: DangerRow[], ordinary: Set<string>, groups: Record<string, string[]>) =>
      (words: DangerWord[]) => {places: Places, exact: Places}} */
function createReader(rows, ordinary, groups) {
  const dangerous = new Set(rows.flatMap(({ phrases }) => phrases.flat(2)));
  const known = new Set([...dangerous, ...rows.flatMap(({ exceptions }) => exceptions.flat(2))]);
  const after = /** @type {Map<string, {joined: string, fillers: string[]}[]>} */ (new Map());
  const forms = /** @type {Map<string, string[]>} */ (new Map());
  /** @type {Map<string, {form: string, letters: number, word: string, most: number}[]>} */
  const byLetter = new Map();
  for (const joined of [...known].filter((each) => each.includes(JOINED))) {
    const parts = joined.split(JOINED);
    const word = parts.pop();
    const fillers = parts.filter(Boolean);
    addTo(after, word, { joined, fillers });
    known.add(word);
    if (dangerous.has(joined)) dangerous.add(word);
  }
  for (const word of known) {
    if (word === STAR || groups[word]) continue;
    for (const form of listForms(word)) learnForm(form, word, dangerous.has(word) ? countTypos(word) : 0);
  }
  for (const [group, words] of Object.entries(groups)) {
    if (!known.has(group)) continue;
    for (const word of words) learnForm(word, group, dangerous.has(group) ? countTypos(word) : 0);
  }
  const remembered = /** @type {Map<string, string[]>} */ (new Map());
  return (/** @type {DangerWord[]} */ words) => {
    const places = /** @type {Places} */ (new Map());
    const exact = /** @type {Places} */ (new Map());
    words.forEach((word, place) => {
      for (const each of findMeanings(word.text)) addPlace(places, each, word, place);
      for (const each of forms.get(word.text) ?? []) addPlace(exact, each, word, place);
    });
    return { places, exact };
  };

  /** @type {(found: Places, each: string, word: DangerWord, place: number) => void} */
  function addPlace(found, each, { before }, place) {
    addTo(found, each, place);
    for (const { joined, fillers } of after.get(each) ?? []) {
      const fits = fillers.length ? fillers.every((filler) => before.includes(filler)) : !before.length;
      if (fits) addTo(found, joined, place);
    }
  }

  function findMeanings(/** @type {string} */ typed) {
    if (!remembered.has(typed)) remembered.set(typed, forms.get(typed) ?? findTypos(typed));
    return remembered.get(typed);
  }

  function learnForm(/** @type {string} */ form, /** @type {string} */ word, /** @type {number} */ most) {
    addTo(forms, form, word);
    if (most)
      addTo(byLetter, `${form[0]}${form.length}`, { form, letters: collectLetters(form), word, most });
  }

  function findTypos(/** @type {string} */ typed) {
    if (typed.length < SHORTEST || ordinary.has(typed) || !LETTERS.test(typed)) return [];
    const doubled = forms.get(typed.replace(TWICE, "$1"));
    if (doubled) return doubled;
    const letters = collectLetters(typed);
    const lengths = Array.from({ length: 2 * MOST + 1 }, (_, n) => typed.length - MOST + n);
    const keys = [...new Set([typed[0], typed[1]])].flatMap((letter) =>
      lengths.map((length) => `${letter}${length}`),
    );
    const candidates = keys.flatMap((key) => byLetter.get(key) ?? []);
    const alike = candidates.filter(
      (each) => countBits(letters ^ each.letters) <= 2 * each.most && isTypo(typed, each.form, each.most),
    );
    return [...new Set(alike.map(({ word }) => word))];
  }
}

/** @type {<T>(map: Map<string, T[]>, key: string, value: T) => void} */
function addTo(map, key, value) {
  if (map.has(key)) map.get(key).push(value);
  else map.set(key, [value]);
}

function countTypos(/** @type {string} */ word) {
  if (word.length < SHORTEST || !LETTERS.test(word)) return 0;
  return word.length < LONG ? 1 : MOST;
}

/* Return a bit mask with one bit for each letter. A typo changes at most two bits, so most words need no
   comparison. */
function collectLetters(/** @type {string} */ word) {
  let bits = 0;
  for (const letter of word) bits |= 1 << (letter.codePointAt(0) % 26);
  return bits;
}

function countBits(/** @type {number} */ number) {
  let count = 0;
  for (let rest = number; rest; rest &= rest - 1) count += 1;
  return count;
}

function isTypo(/** @type {string} */ typed, /** @type {string} */ form, /** @type {number} */ most) {
  if (Math.abs(typed.length - form.length) > most) return false;
  const isSwapped = typed[0] === form[1] && typed[1] === form[0];
  return (
    (typed[0] === form[0] || isSwapped) && countEdits(typed, form, form.length < CHANGED ? 2 : 1) <= most
  );
}

/** Return the edit distance (optimal string alignment): letters replaced (each at a cost), inserted, deleted
    or swapped with the next one. */
function countEdits(/** @type {string} */ one, /** @type {string} */ other, /** @type {number} */ cost) {
  let before = /** @type {number[]} */ ([]);
  let above = Array.from({ length: other.length + 1 }, (_, n) => n);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = above[j - 1] + (one[i - 1] === other[j - 1] ? 0 : cost);
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, change);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, above] = [above, row];
  }
  return above[other.length];
}

/** @type {(phrases: string[][][], exceptions: string[][][], read: DangerReading & {excused: number[]},
      gap: number) => boolean} */
function isFound(phrases, exceptions, read, gap) {
  const taken = new Set([...read.excused, ...findAllTaken(exceptions, read)]);
  return phrases.some((phrase) => isPhraseFound(phrase, read.words, read.places, taken, gap));
}

/** Return the positions of words that are part of an exception. */
function findAllTaken(/** @type {string[][][]} */ exceptions, /** @type {DangerReading} */ { words, exact }) {
  return exceptions.flatMap((each) => findTaken(each, words, exact));
}

/** Return for each slot the positions of its words; null if a slot has none. */
function findPlaces(/** @type {string[][]} */ slots, /** @type {Places} */ places) {
  const found = /** @type {number[][]} */ ([]);
  for (const slot of slots) {
    const stands = slot.flatMap((word) => places.get(word) ?? []);
    if (!stands.length) return null;
    found.push(stands);
  }
  return found;
}

/** Return the positions of each exception that occurs completely, in one clause, without a gap and without a
    typo.
    @type {(exception: string[][], words: DangerWord[], places: Places) => number[]} */
function findTaken(exception, words, places) {
  const [before, after] = [exception[0], exception.at(-1)].map(([word]) => word === STAR);
  const where = findPlaces(exception.slice(before ? 1 : 0, after ? -1 : undefined), places);
  if (!where) return [];
  const isIn = (/** @type {number} */ place, /** @type {number} */ clause) => words[place]?.clause === clause;
  const rest = where.map((stands) => new Set(stands));
  const starts = [...where[0]].sort((one, other) => (before ? other - one : one - other));
  let done = /** @type {number | null} */ (null);
  return starts.flatMap((start) => {
    let [first, last] = [start, start + where.length - 1];
    const { clause } = words[start];
    if (clause === done || !rest.every((stands, n) => stands.has(start + n)) || !isIn(last, clause))
      return [];
    while (before && isIn(first - 1, clause)) first -= 1;
    while (after && isIn(last + 1, clause)) last += 1;
    done = before || after ? clause : null;
    return Array.from({ length: last - first + 1 }, (_, n) => first + n);
  });
}

/** Return whether the words of a phrase follow each other in one sentence, with at most `gap` other words
    between.
    @type {(phrase: string[][], words: DangerWord[], places: Places, taken: Set<number>,
      gap: number) => boolean} */
function isPhraseFound(phrase, words, places, taken, gap) {
  const where = findPlaces(phrase, places);
  if (!where) return false;
  let ends = new Set(where[0].filter((place) => !taken.has(place)));
  for (const each of where.slice(1)) {
    const follows = (/** @type {number} */ place) => {
      for (let before = place - gap - 1; before < place; before += 1) {
        if (ends.has(before) && words[before].sentence === words[place].sentence) return true;
      }
      return false;
    };
    ends = new Set(each.filter((place) => !taken.has(place) && follows(place)));
  }
  return ends.size > 0;
}
