import type { Client, Provider } from 'oidc-provider';
import type { ArtifactStore } from '../store/artifacts.ts';
import { revoke } from './adapter.ts';

/**
 * Ends the session of a browser on which another person has signed in, and what was issued in it unless it was to
 * outlive a logout (offline_access), and tells its apps. Left alone, the library would do so by way of a page of its
 * own, in English and with a script.
 * @param id value of the session's cookie
 */
export async function endSession(provider: Provider, artifacts: ArtifactStore, id: string): Promise<void> {
  const session = await provider.Session.find(id);
  if (!session) return;
  for (const [clientId, { grantId, persistsLogout, sid }] of Object.entries(session.authorizations ?? {})) {
    if (grantId && !persistsLogout) await revoke(artifacts, grantId);
    // an app whose registration is not good any more must not keep a session alive
    const client = (await provider.Client.find(clientId).catch(() => undefined)) as Told | undefined;
    if (client?.backchannelLogoutUri) await client.backchannelLogout(session.accountId ?? '', sid);
  }
  await session.destroy();
}

/** The library's own way to tell an app; `backchannel-logout.ts` stands behind it. */
type Told = Client & { backchannelLogout(account: string, sid: string | undefined): Promise<void> };
