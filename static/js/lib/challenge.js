// Solve a proof-of-work challenge of the server (ALTCHA, PBKDF2): increment a number until the key derived
// from it has the required prefix. The browser computes asynchronously, so the page stays responsive.

const MOST = 1000; // attempts; the server's challenges need a fifth of that

/** Resolves to the solution in the server's format; to "" if the browser cannot compute it (no HTTPS, no
    crypto).
    @type {(challenge: Challenge) => Promise<string>} */
export async function solveChallenge({ parameters, signature }) {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return "";
  const { nonce, salt, cost, keyLength, keyPrefix } = parameters;
  const how = { name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(parseHex(salt)), iterations: cost };
  const password = new Uint8Array([...parseHex(nonce), 0, 0, 0, 0]);
  const number = new DataView(password.buffer, password.length - 4);
  for (let counter = 0; counter < MOST; counter += 1) {
    number.setUint32(0, counter);
    const key = await subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derivedKey = formatHex(await subtle.deriveBits(how, key, keyLength * 8));
    if (derivedKey.startsWith(keyPrefix)) {
      return btoa(
        JSON.stringify({ challenge: { parameters, signature }, solution: { counter, derivedKey } }),
      );
    }
  }
  return "";
}

const parseHex = (/** @type {string} */ text) => text.match(/../g).map((pair) => parseInt(pair, 16));
const formatHex = (/** @type {ArrayBuffer} */ buffer) =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
