"use strict";
/* Bytes from letters: base 85 with the letters of Python, in which a comma stands for the sign that begins a tag. */

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";

/**
 * The bytes of a text in base 85: five letters are four bytes, and fewer at the end.
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
function bytesOf(text) {
  const value = new Uint8Array(128);
  for (let at = 0; at < LETTERS.length; at++) value[LETTERS.charCodeAt(at)] = at;
  const missing = (5 - (text.length % 5)) % 5, whole = text + "~".repeat(missing);
  const bytes = new Uint8Array((whole.length / 5) * 4);
  for (let at = 0, to = 0; at < whole.length; at += 5, to += 4) {
    let word = 0;
    for (let letter = 0; letter < 5; letter++) word = word * 85 + value[whole.charCodeAt(at + letter)];
    bytes[to] = word >>> 24;
    bytes[to + 1] = (word >>> 16) & 255;
    bytes[to + 2] = (word >>> 8) & 255;
    bytes[to + 3] = word & 255;
  }
  return bytes.slice(0, bytes.length - missing);
}
