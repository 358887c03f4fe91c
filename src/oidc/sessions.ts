import type { Client, KoaContextWithOIDC, Provider } from 'oidc-provider';

/**
 * Ends the session of a browser on which another person has signed in, and what was issued in it unless it was to
 * outlive a logout (offline_access), and tells its apps. Left alone, the library would do so by way of a page of its
 * own, in English and with a script.
 * @param id value of the session's cookie
 */
export async function endSession(provider: Provider, id: string): Promise<void> {
  const session = await provider.Session.find(id);
  if (!session) return;
  for (const [clientId, { sid }] of Object.entries(session.authorizations ?? {})) {
    // an app whose registration is not good any more must not keep a session alive
    const client = (await provider.Client.find(clientId).catch(() => undefined)) as Told | undefined;
    if (client?.backchannelLogoutUri) await client.backchannelLogout(session.accountId ?? '', sid);
  }
  await session.destroy();
}

/**
 * Whether what happens ends a grant with everything issued under it. A logout does not: what was issued in a session is
 * worth nothing without it, for which the library looks at each token, and the same person's other browsers go on with the
 * grant. Nor does an access token that is revoked.
 */
export function endsGrant({ oidc }: KoaContextWithOIDC): boolean {
  return !signsOut(oidc) && !(oidc.route === 'revocation' && oidc.entities.AccessToken);
}

/** Whether a request is somebody's yes to being signed out. */
export function signsOut({ route }: { route?: string | undefined }): boolean {
  return route === 'end_session_confirm';
}

/** The library's own way to tell an app; `backchannel-logout.ts` stands behind it. */
type Told = Client & { backchannelLogout(account: string, sid: string | undefined): Promise<void> };
