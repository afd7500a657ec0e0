// Decrypts a push message as a browser does (RFC 8291) and verifies the signature of its sender
// (RFC 8292). Uses node:crypto only.
// Standard input: JSON {key, auth, body, authorization}. `key` is the browser's private key. All values
// except `authorization` are in URL-safe base64. Standard output: JSON {text, claims, sender}.

import crypto from "node:crypto";
import { readFileSync } from "node:fs";

const given = JSON.parse(readFileSync(0, "utf8"));
const bytes = (text) => Buffer.from(text, "base64url");
const derive = (material, salt, purpose, length) =>
  Buffer.from(crypto.hkdfSync("sha256", material, salt, Buffer.from(purpose, "latin1"), length));

function readText({ key, auth, body }) {
  const browser = crypto.createECDH("prime256v1");
  browser.setPrivateKey(bytes(key));
  const message = bytes(body);
  const [salt, size, length] = [message.subarray(0, 16), message.readUInt32BE(16), message[20]];
  const sender = message.subarray(21, 21 + length);
  const record = message.subarray(21 + length);
  if (record.length > size) throw new Error("more than one record");
  const purpose = Buffer.concat([Buffer.from("WebPush: info\0"), browser.getPublicKey(), sender]);
  const material = Buffer.from(
    crypto.hkdfSync("sha256", browser.computeSecret(sender), bytes(auth), purpose, 32),
  );
  const cipher = crypto.createDecipheriv(
    "aes-128-gcm",
    derive(material, salt, "Content-Encoding: aes128gcm\0", 16),
    derive(material, salt, "Content-Encoding: nonce\0", 12),
  );
  cipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([cipher.update(record.subarray(0, -16)), cipher.final()]);
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== 2) throw new Error("no end of the last record");
  return padded.subarray(0, end).toString("utf8");
}

function readSender(authorization) {
  const [, token, sender] = authorization.match(/^vapid t=([\w.-]+), k=([\w-]+)$/);
  const [header, claims, signature] = token.split(".");
  const point = bytes(sender);
  const coordinates = { x: point.subarray(1, 33), y: point.subarray(33) };
  const key = crypto.createPublicKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      x: coordinates.x.toString("base64url"),
      y: coordinates.y.toString("base64url"),
    },
  });
  const { alg } = JSON.parse(bytes(header));
  const isSigned = crypto.verify(
    "sha256",
    Buffer.from(`${header}.${claims}`),
    { key, dsaEncoding: "ieee-p1363" },
    bytes(signature),
  );
  if (alg !== "ES256" || !isSigned) throw new Error("not signed");
  return { claims: JSON.parse(bytes(claims)), sender };
}

const { authorization } = given;
const read = { text: readText(given), ...(authorization && readSender(authorization)) };
process.stdout.write(JSON.stringify(read));
