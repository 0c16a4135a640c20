// SHA-256 (FIPS 180-4) of a fixed text and a number behind it, for as many numbers as it takes. The browser's own is
// asynchronous, which costs more than the hashing itself when it is asked a hundred thousand times.

const K = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
const BLOCK = 64;

const w = new Int32Array(64);

/**
 * One block into the state (section 6.2.2).
 * @param {Int32Array} state
 * @param {Uint8Array} bytes
 * @param {number} offset
 */
function compress(state, bytes, offset) {
  for (let t = 0, at = offset; t < 16; t += 1, at += 4) {
    w[t] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let t = 16; t < 64; t += 1) {
    const x = w[t - 15];
    const y = w[t - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/**
 * A function from a number to the digest of `prefix` and its decimal digits. The prefix's whole blocks are done once.
 * The same array is returned each time.
 * @param {string} prefix ASCII
 * @returns {(number: number) => Int32Array}
 */
export function hasher(prefix) {
  const whole = Math.floor(prefix.length / BLOCK) * BLOCK;
  const begun = Int32Array.from(START);
  const text = new TextEncoder().encode(prefix);
  for (let at = 0; at < whole; at += BLOCK) compress(begun, text, at);
  const rest = text.subarray(whole);
  const tail = new Uint8Array(2 * BLOCK);
  const state = new Int32Array(8);
  return (number) => {
    const digits = String(number);
    const used = rest.length + digits.length;
    const end = used + 9 > BLOCK ? 2 * BLOCK : BLOCK;
    tail.fill(0);
    tail.set(rest);
    for (let i = 0; i < digits.length; i += 1) tail[rest.length + i] = digits.charCodeAt(i);
    tail[used] = 0x80;
    new DataView(tail.buffer).setUint32(end - 4, (whole + used) * 8);
    state.set(begun);
    for (let at = 0; at < end; at += BLOCK) compress(state, tail, at);
    return state;
  };
}

/**
 * The digest as hexadecimal digits.
 * @param {Int32Array} state
 */
export function hex(state) {
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/**
 * Look for the number behind a challenge from `first` to `last`, both included; -1 where none of them is it.
 * @param {string} challenge hexadecimal
 * @param {string} salt
 * @param {number} first
 * @param {number} last
 */
export function search(challenge, salt, first, last) {
  const digest = hasher(salt);
  const begins = Number.parseInt(challenge.slice(0, 8), 16) | 0;
  for (let number = first; number <= last; number += 1) {
    const state = digest(number);
    if (state[0] === begins && hex(state) === challenge) return number;
  }
  return -1;
}
