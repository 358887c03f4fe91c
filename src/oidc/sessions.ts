import type { Provider } from 'oidc-provider';
import type { ArtifactStore } from '../store/artifacts.ts';
import { revoke } from './adapter.ts';

/**
 * Ends the session of a browser on which another person has signed in, and what was issued in it unless it was to
 * outlive a logout (offline_access). Left alone, the library would do so by way of a page of its own, in English and
 * with a script.
 * @param id value of the session's cookie
 */
export async function endSession(provider: Provider, artifacts: ArtifactStore, id: string): Promise<void> {
  const session = await provider.Session.find(id);
  if (!session) return;
  for (const { grantId, persistsLogout } of Object.values(session.authorizations ?? {})) {
    if (grantId && !persistsLogout) await revoke(artifacts, grantId);
  }
  await session.destroy();
}
