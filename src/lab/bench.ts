import type { Kysely } from 'kysely';
import type { Provider } from 'oidc-provider';
import type { Accounts } from '../accounts/accounts.ts';
import type { Approvals } from '../accounts/approvals.ts';
import type { Inbox } from '../accounts/inbox.ts';
import type { Passcodes } from '../accounts/passcodes.ts';
import type { Passkeys } from '../accounts/passkeys.ts';
import type { Phones } from '../accounts/phones.ts';
import type { Audit } from '../audit/audit.ts';
import type { Clock } from '../clock.ts';
import type { EventHub } from '../events.ts';
import type { StepName } from '../login/order.ts';
import type { Step } from '../login/step.ts';
import type { Registrar } from '../oidc/clients/by-hand.ts';
import type { Clients } from '../oidc/clients/clients.ts';
import type { Consents } from '../oidc/consents.ts';
import type { KeyRing } from '../oidc/keys/keys.ts';
import type { Documents } from '../registry/documents.ts';
import type { Organisations } from '../registry/organisations.ts';
import type { Registry } from '../registry/citizens.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import type { Schema } from '../store/schema.ts';
import type { InTurn } from '../store/turns.ts';
import type { Streams } from '../web/streams.ts';
import type { Faults } from './faults/faults.ts';
import type { Gate } from './gate.ts';
import type { InProcess } from './logins/in-process.ts';
import type { PhoneControl } from './phone.ts';
import type { Tenants } from './tenants.ts';
import type { Timelines } from './timelines/recorder.ts';

/** What the operations work on: the parts of one instance. */
export interface Bench {
  accounts: Accounts;
  approvals: Approvals;
  artifacts: ArtifactStore;
  audit: Audit;
  beginAgain: () => Promise<void>;
  clients: Clients;
  clock: Clock;
  consents: Consents;
  db: Kysely<Schema>;
  documents: Documents;
  events: EventHub;
  gate: Gate;
  faults: Faults;
  inbox: Inbox;
  inProcess: InProcess;
  issuer: string;
  keys: KeyRing;
  organisations: Organisations;
  passcodes: Passcodes;
  passkeys: Passkeys;
  phoneOf: (number: string) => PhoneControl;
  phones: Phones;
  provider: () => Provider;
  registrar: Registrar;
  registry: Registry;
  streams: Streams;
  steps: Record<StepName, Step>;
  /** Of an installation; a tenant has none. */
  tenants: TenantControl | undefined;
  timelines: Timelines;
  /** In which the whole state is read or replaced, by one at a time. */
  inTurn: InTurn;
  /** Processes that answer here. */
  workers: number;
}

/** Tenants as operations see them. */
export type TenantControl = Tenants<{ issuer: string }>;
