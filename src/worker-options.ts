import { availableParallelism } from 'node:os';
import type { InBoth } from './errors.ts';
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
export function poolMisfit(options: PoolOptions): { option: keyof PoolOptions; expected: InBoth } | undefined {
  const { data, databaseUrl, redisUrl, keys, artifacts } = options;
  if (options.workers === 1) return undefined;
  const when = { vi: 'khi VNEID_WORKERS lớn hơn 1', en: 'where VNEID_WORKERS is more than 1' };
  if (keys === ':memory:')
    return {
      option: 'keys',
      expected: {
        vi: `một thư mục ${when.vi}: mọi tiến trình ký bằng cùng các khóa`,
        en: `a folder ${when.en}: all sign with the same keys`,
      },
    };
  if (data === ':memory:' && (databaseUrl === '' || redisUrl === ''))
    return {
      option: 'data',
      expected: {
        vi: `một thư mục, hoặc VNEID_DATABASE_URL và VNEID_REDIS_URL, ${when.vi}`,
        en: `a folder, or VNEID_DATABASE_URL and VNEID_REDIS_URL, ${when.en}`,
      },
    };
  if (artifacts === 'memory' && redisUrl === '')
    return {
      option: 'artifacts',
      expected: { vi: `sqlite, hoặc VNEID_REDIS_URL, ${when.vi}`, en: `sqlite, or VNEID_REDIS_URL, ${when.en}` },
    };
  const ports = ['port', ...(options.city ? (['cityPort'] as const) : []), 'mtlsPort'] as const;
  const open = ports.find((name) => options[name] === 0);
  return open && { option: open, expected: { vi: `một cổng khác 0 ${when.vi}`, en: `a port other than 0 ${when.en}` } };
}
