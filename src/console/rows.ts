import type { NamedOperation } from '../lab/operations.ts';
import type { RowsShown } from '../../views/console/family.ts';

type Row = Record<string, unknown>;

/** What of a row is worth a column; of families that are not here, whatever is short. */
const columns: Record<string, readonly string[]> = {
  citizens: ['number', 'name', 'birthDate', 'sex', 'account'],
  accounts: ['number', 'name', 'level', 'state', 'kind'],
  clients: ['client_id', 'client_name', 'profile', 'minimum_level', 'origin'],
  sessions: ['id', 'number', 'acr', 'clients', 'expiresAt'],
  faults: ['fault', 'client', 'citizen', 'endpoint', 'times', 'struck'],
  audit: ['at', 'event', 'number', 'client', 'facts'],
};
const mostColumns = 6;

/**
 * The list in an answer as a table.
 * @param verbs all operations of the family: those that need no more than a row has become its buttons
 */
export function rowsOf(family: string, answer: Row, verbs: readonly NamedOperation[]): RowsShown | undefined {
  const rows = Object.values(answer).find((member): member is Row[] => Array.isArray(member));
  if (!rows) return undefined;
  const [first = {}] = rows;
  const names = (columns[family] ?? Object.keys(first))
    .filter((name) => rows.some((row) => name in row))
    .slice(0, mostColumns);
  const forRow = verbs.filter(({ verb }) => verb !== 'list').map((named) => ({ named, needs: neededBy(named) }));
  return {
    columns: names,
    rows: rows.map((row) => ({
      cells: names.map((name) => textOf(row[name])),
      doing: forRow.flatMap(({ named: { name, verb, operation }, needs }) => {
        const values = needs.map((need) => [need, textOf(row[need])] as const);
        return needs.length > 0 && values.every(([, text]) => text !== '') && optionalOnly(operation, needs)
          ? [{ operation: name, verb, reads: operation.method === 'GET', values: Object.fromEntries(values) }]
          : [];
      }),
    })),
    next: typeof answer.next === 'string' ? answer.next : undefined,
  };
}

function neededBy({ operation: { input } }: NamedOperation): string[] {
  return Object.entries(input.shape).flatMap(([name, shape]) => (shape.safeParse(undefined).success ? [] : [name]));
}

/** A button asks nothing: what could be said beside the row's own members is for the form. */
function optionalOnly({ input, method }: NamedOperation['operation'], needs: string[]): boolean {
  return method !== 'PATCH' && method !== 'PUT' && Object.keys(input.shape).length === needs.length;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
