// Finds phrases that tell of danger in what people write: the same algorithm as city/danger/matcher.py,
// fed with its table (`Table.as_json`). Both pass tests/city/danger_words.csv.

const SHORTEST = 4; // letters below which a word is found only as it is
const LONG = 8; // letters from which two typos are still one word
const INVISIBLE = /[\p{Mn}\p{Me}\p{Cf}\p{Cs}]|(?![\n\t\r])\p{Cc}/gu;
const APOSTROPHES = /(?<=[\p{L}\p{N}_])['’‘ʼ`´](?=[\p{L}\p{N}_])/gu;
const TWICE = /(\p{L})\1/gu;
const REPEATED = /(\p{L})\1{2,}/gu;
const PARTS = /[\p{L}\p{N}]+|[.!?\n]|[,;:()]/gu;
const LETTERS = /^\p{L}+$/u;

/** A function that finds the gravest kind of danger of `table` in a text, besides those in `besides`;
    null where there is none. */
export function finder(table) {
  const rows = table.rows.map(({ kind, phrases, exceptions }) => ({
    kind,
    phrases: phrases.map((phrase) => phrase.split(" ")),
    exceptions: exceptions.map((phrase) => phrase.split(" ")),
  }));
  const meant = meaning(rows, new Set(table.ordinary));
  const fillers = new Set(table.fillers);
  return (text, besides = []) => {
    const words = wordsOf(text, table.letters, fillers);
    const places = placesOf(words, meant);
    const stands = ({ kind, phrases, exceptions }) =>
      !besides.includes(kind) && isFound(phrases, exceptions, words, places, table.gap);
    return rows.find(stands)?.kind ?? null;
  };
}

export function fold(text, letters) {
  const plain = text.normalize("NFKC").toLowerCase().normalize("NFKD").replace(INVISIBLE, "").replace(/[\t\r]/g, " ");
  const latin = [...plain].map((char) => letters[char] ?? char).join("");
  return latin.replace(APOSTROPHES, "").replace(REPEATED, "$1");
}

/* The words that say something, each with the number of its sentence and its clause. */
function wordsOf(text, letters, fillers) {
  const found = [];
  let sentence = 0;
  let clause = 0;
  for (const [part] of fold(text, letters).matchAll(PARTS)) {
    if (".!?\n".includes(part)) sentence += 1;
    if (".!?\n,;:()".includes(part)) clause += 1;
    else if (!fillers.has(part)) found.push({ text: part, sentence, clause });
  }
  return found;
}

/* The word with the endings that English and Spanish put to it; the table has it bare. */
function formsOf(word) {
  const bare = word.replace(/e$/, "");
  const forms = [word, `${word}s`, `${word}es`, `${bare}ed`, `${bare}ing`, `${bare}in`];
  if (/[aeiou][^aeiouwxy]$/.test(word) && word.length > 2) forms.push(`${word}${word.at(-1)}ed`, `${word}${word.at(-1)}ing`);
  if (word.endsWith("y")) forms.push(`${word.slice(0, -1)}ies`, `${word.slice(0, -1)}ied`);
  return forms;
}

/* A function from a typed word to the words of the table that it may be; it remembers. */
function meaning(rows, ordinary) {
  const known = new Set(rows.flatMap(({ phrases, exceptions }) => [...phrases, ...exceptions].flat()));
  const forms = new Map();
  const byLetter = new Map();
  for (const word of known) {
    const most = typosIn(word);
    for (const form of formsOf(word)) {
      add(forms, form, word);
      if (most) add(byLetter, form[0], { form, letters: lettersIn(form), word, most });
    }
  }
  const remembered = new Map();
  return (typed) => {
    if (!remembered.has(typed)) remembered.set(typed, forms.get(typed) ?? near(typed));
    return remembered.get(typed);
  };

  function near(typed) {
    if (typed.length < SHORTEST || ordinary.has(typed) || !LETTERS.test(typed)) return [];
    const doubled = forms.get(typed.replace(TWICE, "$1"));
    if (doubled) return doubled;
    const letters = lettersIn(typed);
    const candidates = [...new Set([typed[0], typed[1]])].flatMap((letter) => byLetter.get(letter) ?? []);
    const alike = candidates.filter((each) => bitsIn(letters ^ each.letters) <= 2 * each.most && isTypo(typed, each.form, each.most));
    return [...new Set(alike.map(({ word }) => word))];
  }
}

function add(map, key, value) {
  if (map.has(key)) map.get(key).push(value);
  else map.set(key, [value]);
}

function typosIn(word) {
  if (word.length < SHORTEST || !LETTERS.test(word)) return 0;
  return word.length < LONG ? 1 : 2;
}

/* One bit for each letter: a typo changes two at the most, so most words need no comparing. */
function lettersIn(word) {
  let bits = 0;
  for (const letter of word) bits |= 1 << letter.codePointAt(0) % 26;
  return bits;
}

function bitsIn(number) {
  let count = 0;
  for (let rest = number; rest; rest &= rest - 1) count += 1;
  return count;
}

function isTypo(typed, form, most) {
  if (Math.abs(typed.length - form.length) > most) return false;
  const isSwapped = typed[0] === form[1] && typed[1] === form[0];
  return (typed[0] === form[0] || isSwapped) && distance(typed, form) <= most;
}

/* Letters to change, add, leave out or swap with the next (optimal string alignment). */
function distance(one, other) {
  let before = [];
  let above = Array.from({ length: other.length + 1 }, (_, n) => n);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = above[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, change);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, above] = [above, row];
  }
  return above[other.length];
}

function placesOf(words, meant) {
  const places = new Map();
  words.forEach(({ text }, place) => {
    for (const known of meant(text)) add(places, known, place);
  });
  return places;
}

function isFound(phrases, exceptions, words, places, gap) {
  const taken = new Set(exceptions.flatMap((each) => takenBy(each, words, places)));
  return phrases.some((phrase) => stands(phrase, words, places, taken, gap));
}

/* The places of every exception in full, in one clause and without a gap. */
function takenBy(exception, words, places) {
  if (!exception.every((word) => places.has(word))) return [];
  const where = exception.map((word) => new Set(places.get(word)));
  const last = exception.length - 1;
  const isWhole = (start) => where.every((each, n) => each.has(start + n)) && words[start].clause === words[start + last].clause;
  return [...where[0]].filter(isWhole).flatMap((start) => exception.map((_, n) => start + n));
}

/* Whether the words of a phrase follow each other in one sentence, with few others between. */
function stands(phrase, words, places, taken, gap) {
  if (!phrase.every((word) => places.has(word))) return false;
  const free = (word) => places.get(word).filter((place) => !taken.has(place));
  let ends = new Set(free(phrase[0]));
  for (const word of phrase.slice(1)) {
    const follows = (place) => {
      for (let before = place - gap - 1; before < place; before += 1) {
        if (ends.has(before) && words[before].sentence === words[place].sentence) return true;
      }
      return false;
    };
    ends = new Set(free(word).filter(follows));
  }
  return ends.size > 0;
}
