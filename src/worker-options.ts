import { availableParallelism } from 'node:os';
import { positive } from './option-values.ts';

/** Processes of one pool: a number, or one for each core. */
export function workers(value: unknown): number {
  return value === 'max' ? availableParallelism() : positive(value);
}

interface PoolOptions {
  workers: number;
  port: number;
  city: boolean;
  cityPort: number;
  mtlsPort: number | '';
  data: string;
  databaseUrl: string;
  redisUrl: string;
  keys: string;
  artifacts: 'sqlite' | 'memory';
}

/** The first option that does not fit several workers, and what would: they share what they keep, and know their ports. */
export function poolMisfit(options: PoolOptions): { option: keyof PoolOptions; expected: string } | undefined {
  const { data, databaseUrl, redisUrl, keys, artifacts } = options;
  if (options.workers === 1) return undefined;
  const beside = 'where VNEID_WORKERS is more than 1';
  if (keys === ':memory:') return { option: 'keys', expected: `a folder ${beside}: all sign with the same keys` };
  if (data === ':memory:' && (databaseUrl === '' || redisUrl === ''))
    return { option: 'data', expected: `a folder, or VNEID_DATABASE_URL and VNEID_REDIS_URL, ${beside}` };
  if (artifacts === 'memory' && redisUrl === '')
    return { option: 'artifacts', expected: `sqlite, or VNEID_REDIS_URL, ${beside}` };
  const ports = ['port', ...(options.city ? (['cityPort'] as const) : []), 'mtlsPort'] as const;
  const open = ports.find((name) => options[name] === 0);
  return open && { option: open, expected: `a port other than 0 ${beside}` };
}
