import { hashSync, verifySync } from '@node-rs/argon2';

/** One password to hash, or to check when `phc` is there. */
export interface PasswordTask {
  phc?: string;
  password: string;
}

/** OWASP's parameters for argon2id, the library's default algorithm: 19 MiB, two passes, one lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Runs in a worker thread: the only file that loads the native code. */
export default function work({ phc, password }: PasswordTask): string | boolean {
  return phc === undefined ? hashSync(password, parameters) : verifySync(phc, password);
}
