import type { Provider } from 'oidc-provider';
import { type Method, methodsOfAmr } from '../levels.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import type { StepName } from './order.ts';

/** What is kept between two requests of one walk, under its uid. */
export interface Progress {
  accountId?: string;
  used: Method[];
  /** Whether some of it was proven in the session before, which is only being raised. */
  raising?: boolean;
  /** Steps whose `enter` has run. */
  entered: StepName[];
  /** The transaction's approval, once the phone has given it. */
  approved?: Approved;
}

/** That somebody approved one transaction on their phone, and how. */
export interface Approved {
  /** Id of the approval request. */
  approval: string;
  methods: Method[];
  /** Seconds since 1970. */
  at: number;
}

export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** What was kept of a walk; nothing when it has just begun. */
export async function keptProgress(artifacts: ArtifactStore, uid: string): Promise<Progress | undefined> {
  return (await artifacts.get('Login', uid)) as Progress | undefined;
}

/** Where a walk begins: from what its session has proven, where that counts. */
export function beginning({ session, prompt }: Interaction): Progress {
  // a session that only has to be raised keeps what it has proven; any other reason starts from nothing
  const raising = prompt.name === 'consent' || (prompt.reasons.length === 1 && prompt.reasons[0] === 'acr_step_up');
  return session?.accountId && raising
    ? { accountId: session.accountId, used: methodsOfAmr(session.amr ?? []), raising: true, entered: [] }
    : { used: [], entered: [] };
}

export async function saveProgress(
  artifacts: ArtifactStore,
  interaction: Interaction,
  progress: Progress,
): Promise<void> {
  await artifacts.put('Login', interaction.uid, { ...progress }, interaction.exp);
}
