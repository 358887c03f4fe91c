/** Numbers that look random and follow from their keys alone: the same keys give the same stream on every machine. */
export interface Random {
  /** 0 up to but not including 1. */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** One of a weighted table. */
  draw<T>(from: Weighted<T>): T;
}

/** Values with cumulative weights, made by {@link weighted}. */
export interface Weighted<T> {
  values: readonly T[];
  upTo: readonly number[];
}

/**
 * Makes a stream of sfc32 (Chris Doty-Humphrey's Small Fast Counter, 128 bits of state, public domain design), its state
 * filled from the keys by the finaliser of MurmurHash3 and stirred twelve times. Not for secrets.
 */
export function random(...keys: number[]): Random {
  let a = mix(keys, 0x9e3779b9);
  let b = mix(keys, 0x243f6a88);
  let c = mix(keys, 0xb7e15162);
  let counter = 1;
  const next32 = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let stir = 0; stir < 12; stir++) next32();
  const next = () => next32() / 4_294_967_296;
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (from) => from[between(0, from.length - 1)] as (typeof from)[number],
    draw({ values, upTo }) {
      const at = next() * (upTo.at(-1) ?? 0);
      let [low, high] = [0, values.length - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((upTo[middle] ?? 0) > at) high = middle;
        else low = middle + 1;
      }
      return values[low] as (typeof values)[number];
    },
  };
}

/** A table for `draw`; the weights need not add up to anything. */
export function weighted<T>(pairs: readonly (readonly [T, number])[]): Weighted<T> {
  let sum = 0;
  return {
    values: pairs.map(([value]) => value),
    upTo: pairs.map(([, weight]) => {
      sum += weight;
      return sum;
    }),
  };
}

/** 32 bits that depend on every key, each of which may be a whole number up to 2^53. */
export function mix(keys: readonly number[], salt: number): number {
  let hash = salt | 0;
  for (const key of keys) {
    for (const part of [key | 0, Math.floor(key / 4_294_967_296)]) {
      hash = Math.imul(hash ^ part, 0x85ebca6b);
      hash ^= hash >>> 13;
      hash = Math.imul(hash, 0xc2b2ae35);
      hash ^= hash >>> 16;
    }
  }
  return hash | 0;
}
