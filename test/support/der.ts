/** DER (ITU-T X.690), as much of it as certificates and signatures need. */
export function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const size = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

export const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
/** Of a set the members stand in the order of their bytes (X.690 §11.6). */
export const set = (...parts: Buffer[]) => der(0x31, ...parts.toSorted(Buffer.compare));
export const octets = (bytes: Uint8Array) => der(0x04, bytes);
export const bits = (bytes: Uint8Array, unused = 0) => der(0x03, Buffer.from([unused]), bytes);
export const text = (value: string) => der(0x0c, Buffer.from(value));
export const yes = der(0x01, Buffer.from([0xff]));
export const enumerated = (value: number) => der(0x0a, Buffer.from([value]));

/** A number that is not negative. */
export function integer(value: bigint | number): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return der(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0), bytes);
}

/** "2.5.4.3" */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const base128 = (value: number): number[] => (value < 0x80 ? [value] : [...base128(value >> 7), value & 0x7f]);
  const bytes = [first * 40 + second, ...rest].flatMap((value) => {
    const digits = base128(value);
    return digits.map((digit, index) => (digit & 0x7f) | (index < digits.length - 1 ? 0x80 : 0));
  });
  return der(0x06, Buffer.from(bytes));
}
