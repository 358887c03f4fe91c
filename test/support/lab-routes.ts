import { everyOperation } from '../../src/lab/operations.ts';

const byAddress = Map.groupBy(
  everyOperation,
  ({ operation }) => `/lab/api${operation.path.replaceAll(/\{\w+\}/g, 'x')}`,
);

/** Every address of the control API with the methods it takes; `x` stands for whatever is named in a path. */
export const labRoutes: Record<string, string[]> = {
  '/lab/api/openapi.json': ['GET', 'HEAD'],
  ...Object.fromEntries(
    [...byAddress].map(([address, some]) => [
      address,
      some.flatMap(({ operation: { method } }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
    ]),
  ),
};
