import { isDestructive } from '../lab/operation.ts';
import type { NamedOperation } from '../lab/operations.ts';
import type { RowsShown } from '../../views/console/family.ts';

type Row = Record<string, unknown>;

/** What of a row is worth a column; of families that are not here, whatever comes first. */
export const columns: Record<string, readonly string[]> = {
  citizens: ['number', 'name', 'birthDate', 'sex'],
  accounts: ['number', 'name', 'level', 'state', 'kind'],
  organisations: ['taxCode', 'name', 'kind', 'foundedOn'],
  clients: ['client_id', 'client_name', 'registered_by', 'profile', 'minimum_level'],
  sessions: ['id', 'number', 'acr', 'clients', 'expiresAt'],
  tokens: ['id', 'kind', 'number', 'client', 'expiresAt', 'usedAt'],
  tenants: ['name', 'issuer'],
  faults: ['fault', 'client', 'citizen', 'endpoint', 'on', 'met'],
  timelines: ['id', 'startedAt', 'outcome', 'client', 'citizen', 'why'],
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
  const list = verbs.find(({ verb }) => verb === 'list')?.operation.path;
  const forRow = verbs.filter(({ verb }) => verb !== 'list').map((named) => ({ named, needs: neededBy(named) }));
  return {
    columns: names,
    rows: rows.map((row) => ({
      cells: names.map((name) => textOf(row[name])),
      doing: forRow.flatMap(({ named: { name, verb, operation }, needs }) => {
        // what stands behind the list in an address is the name of a row, by whatever name the row has it
        const named = (need: string) => operation.path.startsWith(`${list}/{${need}}`);
        const values = needs.map(
          (need) => [need, textOf(row[need] ?? (named(need) ? (row.id ?? row[`${need}_id`]) : undefined))] as const,
        );
        if (needs.length === 0 || values.some(([, text]) => text === '') || !optionalOnly(operation, needs)) return [];
        return [
          {
            operation: name,
            verb,
            reads: operation.method === 'GET',
            dangerous: isDestructive(operation),
            values: Object.fromEntries(values),
          },
        ];
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
