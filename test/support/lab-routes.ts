import { everyOperation } from '../../src/lab/operations.ts';

const all = everyOperation.map(({ operation: { method, path } }) => ({
  method,
  address: `/lab/api${path.replaceAll(/\{\w+\}/g, 'x')}`,
  /** `/faults/vocabulary` is also one of `/faults/{id}`. */
  fits: new RegExp(`^/lab/api${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** Every address of the control API with the methods it takes; `x` stands for whatever is named in a path. */
export const labRoutes: Record<string, string[]> = {
  '/lab/api/openapi.json': ['GET', 'HEAD'],
  ...Object.fromEntries(
    all.map(({ address }) => {
      const taken = all.flatMap(({ method, fits }) => (fits.test(address) ? method : []));
      return [address, taken.includes('GET') ? [...new Set(taken), 'HEAD'] : [...new Set(taken)]];
    }),
  ),
};
