/**
 * Names by which more may be heard of a sign-in: of its walk, of what a phone was asked, of the browser's session, of who signs in
 * where. What was handed out is a name by itself.
 */
export const walkName = (uid: string) => `walk:${uid}`;
export const approvalName = (id: string) => `approval:${id}`;
export const personName = (account: string, client: string) => `person:${account} ${client}`;
export const sessionName = (uid: string, client = '') => `session:${uid} ${client}`;
export const requestName = (id: string) => `request:${id}`;

/** The names by which the login of an event is known, the surest first. */
export function namesIn(payload: object): string[] {
  const { uid, approval, account, client } = payload as { [name: string]: string | undefined };
  return [
    ...(uid === undefined ? [] : [walkName(uid)]),
    ...(approval === undefined ? [] : [approvalName(approval)]),
    ...(account !== undefined && client !== undefined ? [personName(account, client)] : []),
  ];
}
