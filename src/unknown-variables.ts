import { describeOptions } from './config.ts';

/** Ours, and no options: what a browser is called, where recipes mount what they need. */
const beside = ['VNEID_CHROMIUM', 'VNEID_FOLDER'];

/**
 * What Kubernetes tells every container of the Services of its namespace: of one that is called `vneid`, or begins so, by names
 * that look like options (Kubernetes, "Accessing the Service": `<NAME>_SERVICE_HOST`, `<NAME>_PORT=tcp://…`).
 */
function isServiceLink(name: string, value: string): boolean {
  return (
    /_SERVICE_(HOST|PORT(_\w+)?)$/.test(name) ||
    /_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name) ||
    (name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value))
  );
}

/**
 * A line for each variable that begins as ours do and is none, as one that was mistyped is: that it does nothing, and which
 * option is nearest to it.
 */
export function unknownVariables(env: Record<string, string | undefined>): string[] {
  const known = describeOptions().map(({ variable }) => variable);
  const names = new Set([...known, ...beside]);
  return Object.entries(env)
    .filter(([name, value = '']) => name.startsWith('VNEID_') && !names.has(name) && !isServiceLink(name, value))
    .map(([name]) => {
      const nearest = nearestOf(name.toUpperCase(), known);
      return `Không có tùy chọn ${name}, nên nó không có tác dụng; gần nhất là ${nearest}. · There is no option ${name}, so it does nothing; the nearest is ${nearest}.`;
    });
}

function nearestOf(name: string, known: readonly string[]): string {
  const [nearest = ''] = known.toSorted((one, other) => distance(name, one) - distance(name, other));
  return nearest;
}

/** How many letters are to be put in, left out or exchanged to make one of the other (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [above, letter] of [...one].entries()) {
    const next = [above + 1];
    for (const [left, another] of [...other].entries())
      next.push(
        Math.min((next[left] ?? 0) + 1, (row[left + 1] ?? 0) + 1, (row[left] ?? 0) + (letter === another ? 0 : 1)),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
