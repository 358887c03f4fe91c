import type { Passwords } from './passwords.ts';

/** The same passwords, with how many of them are being hashed or wait for it at this moment. */
export function withPending(passwords: Passwords): Passwords & { pending(): number } {
  let pending = 0;
  async function counted<T>(work: Promise<T>): Promise<T> {
    pending += 1;
    try {
      return await work;
    } finally {
      pending -= 1;
    }
  }
  return {
    hash: (password) => counted(passwords.hash(password)),
    verify: (phc, password, turn) => counted(passwords.verify(phc, password, turn)),
    close: () => passwords.close(),
    pending: () => pending,
  };
}
