import type { Instance } from '../../src/index.ts';

/** What the control API answered: the status, and the members of the body. */
export interface LabAnswer {
  status: number;
  body: Record<string, unknown> & {
    code?: string;
    message?: { vi: string; en: string };
    next?: { vi: string; en: string };
  };
}

/** Calls the control API as a program in any language would. */
export async function lab(
  { issuer }: Pick<Instance, 'issuer'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<LabAnswer> {
  const answer = await fetch(`${issuer}/lab/api${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as LabAnswer['body'] };
}
