import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Middleware } from 'koa';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Clock } from '../../clock.ts';
import type { EventHub } from '../../events.ts';
import { isProtocol } from '../../oidc/answers.ts';
import type { Clients } from '../../oidc/clients/clients.ts';
import { answeredOf, beginnings, namesGiven, namesKnown, type Oidc, tokensIssued } from './answered.ts';
import { clientSaid, compared } from './compare.ts';
import { happeningOf } from './happenings.ts';
import { namesIn, requestName, walkName } from './names.ts';
import { createNote, failuresOf, type Note, type Refusal } from './note.ts';
import { outcomeOf } from './outcome.ts';
import { parametersOf, short, type Sent, tokensIn } from './parameters.ts';
import { createShelf, type Shelf } from './shelf.ts';
import { type Steps, watched } from './steps.ts';
import type { Decision, Entry, Timeline } from './timeline.ts';

/**
 * Writes down every login: each request of it and every decision, and why a request failed. It hears what the program and
 * the library say while a request runs, and looks at the request when it is over. It is a reader of the program and no part
 * of it: whatever goes wrong here, the request is answered as if nobody had looked.
 */
export interface Timelines extends Pick<Shelf, 'list' | 'clear' | 'version' | 'hear'> {
  /** By its id, or by that of one of its requests. */
  get(id: string): Timeline | undefined;
  /** Notes every request that may belong to a login. */
  record: Middleware;
  /** Has a provider say what it refuses and prompts for. */
  attach(provider: Provider): Provider;
  /** Has the steps of a login say what they show and find. */
  watch(steps: Steps): Steps;
}

export interface TimelinesParts {
  clients: Clients;
  clock: Clock;
  events: EventHub;
  /** Off where many share an instance: what apps are handed is nobody else's business. */
  on: boolean;
}

/** Every endpoint at which the library may refuse. */
const refusing = [
  'authorization',
  'backchannel_authentication',
  'code_verification',
  'device_authorization',
  'device_resume',
  'end_session',
  'end_session_confirm',
  'grant',
  'introspection',
  'pushed_authorization_request',
  'registration_create',
  'registration_delete',
  'registration_read',
  'registration_update',
  'revocation',
  'userinfo',
] as const;

export function createTimelines({ clients, clock, events, on }: TimelinesParts): Timelines {
  const shelf = createShelf();
  const running = new AsyncLocalStorage<Note>();
  const noted = () => running.getStore()?.decisions;

  if (on)
    events.onAny((name, payload) =>
      quietly(() => {
        const decision = happeningOf(name, payload);
        if (!decision) return;
        const note = running.getStore();
        if (note && !note.over) return hear(note, decision, payload);
        const timeline = note?.timeline ?? shelf.find(namesIn(payload));
        if (timeline) shelf.add(timeline, happenedAt(clock.now(), decision));
      }),
    );

  function hear(note: Note, decision: Decision, payload: object): void {
    const { account, acr } = payload as { account?: string; acr?: string };
    note.decisions.push(decision);
    note.names.push(...namesIn(payload));
    note.account = account ?? note.account;
    note.acr = acr ?? note.acr;
  }

  async function watch(ctx: Context, next: () => Promise<unknown>, note: Note): Promise<void> {
    try {
      await next();
    } catch (thrown) {
      note.thrown = thrown;
      throw thrown;
    } finally {
      quietly(() => finish(ctx, note));
      note.over = true;
    }
  }

  function finish(ctx: Context, note: Note): void {
    const walk = walkIn(note.path);
    const oidc = (ctx as Partial<KoaContextWithOIDC>).oidc;
    const failures = failuresOf(note);
    if (!oidc && walk === undefined && failures.length === 0) return;
    const [sent, brought] = [sentWith(ctx, oidc), broughtWith(ctx, oidc)];
    const began = oidc && beginnings[oidc.route];
    const found = shelf.find(namesBefore(walk, [sent, brought], began, oidc));
    if (!found && !began && failures.length === 0) return;
    const timeline = found ?? shelf.begin(began ?? 'request', note.at);
    note.timeline = timeline;
    const asked = ctx as unknown as KoaContextWithOIDC;
    const tokens = oidc ? tokensIssued(asked, note) : [];
    const scene = { ctx: asked, sent, timeline: found, clients, at: note.at };
    const entry: Entry = {
      at: note.at,
      request: requestOf(ctx, note, sent, brought),
      answered: oidc && answeredOf(asked, sent, note, clients),
      happened: note.decisions,
      failures: oidc ? failures.map((failure) => compared(failure, scene)) : failures,
      tokens,
      times: 1,
    };
    timeline.client ??= oidc?.client?.clientId ?? shortened(clientSaid(asked, sent));
    timeline.account = note.account ?? timeline.account ?? oidc?.account?.accountId;
    timeline.acr = note.acr ?? (note.response && oidc?.session?.acr) ?? timeline.acr;
    timeline.outcome = outcomeOf(timeline, oidc, ctx.status, note, failures);
    if (oidc) shelf.name(timeline, namesGiven(oidc, tokens));
    if (note.names.length > 0) shelf.name(timeline, note.names);
    if (entry.request?.id !== undefined) shelf.name(timeline, [requestName(entry.request.id)]);
    shelf.add(timeline, entry);
  }

  return {
    list: shelf.list,
    clear: shelf.clear,
    version: shelf.version,
    hear: shelf.hear,
    get: (id) => shelf.get(id) ?? shelf.find([requestName(id)]),
    watch: (steps) => (on ? watched(steps, noted) : steps),

    record(ctx, next) {
      if (!on || !mayBelong(ctx)) return next();
      const note = createNote(clock.now(), ctx.path);
      return running.run(note, () => watch(ctx, next, note));
    },

    attach(provider) {
      if (!on) return provider;
      const refused = (_ctx: unknown, error: Refusal) => void running.getStore()?.refusals.push(error);
      for (const name of refusing) provider.on(`${name}.error` as 'grant.error', refused);
      provider.on('server_error', (ctx, { name, message }) => refused(ctx, { name, message }));
      provider.on('interaction.started', (_ctx, prompt) => {
        const note = running.getStore();
        if (note) note.prompt = prompt;
      });
      provider.on('authorization.success', (_ctx, response: unknown) => {
        const note = running.getStore();
        if (note) note.response = response as Note['response'];
      });
      return provider;
    },
  };
}

/** What no request brought about. */
function happenedAt(at: number, decision: Decision): Entry {
  return { at, request: undefined, answered: undefined, happened: [decision], failures: [], tokens: [], times: 1 };
}

/** Requests of the protocol and of the pages of a login; not what everyone reads, and not what a page follows. */
function mayBelong({ path, method }: Context): boolean {
  if (method !== 'GET' && method !== 'POST' && method !== 'PUT' && method !== 'DELETE') return false;
  if (path.startsWith('/login/')) return !path.endsWith('/follow');
  return isProtocol(path) && path !== '/jwks' && path !== '/logout/success' && !path.startsWith('/.well-known/');
}

/** The walk that an address belongs to: `/login/<uid>/…`, `/authorize/<uid>`, `/device/<uid>`. */
function walkIn(path: string): string | undefined {
  const start = walks.find((one) => path.startsWith(one));
  if (start === undefined || path === '/device/authorize') return undefined;
  const end = path.indexOf('/', start.length);
  return path.slice(start.length, end < 0 ? undefined : end).slice(0, 64);
}

const walks = ['/login/', '/authorize/', '/device/'];

/** Names by which the login of a request may be known. What begins one belongs to none before, but to what was pushed for it. */
function namesBefore(
  walk: string | undefined,
  all: [sent: Sent, brought: Sent],
  began: unknown,
  oidc: Oidc | undefined,
): string[] {
  const uri = all[0].request_uri;
  if (began !== undefined) return typeof uri === 'string' ? [uri] : [];
  const names = oidc ? [...all.flatMap(tokensIn), ...namesKnown(oidc)] : [];
  return walk === undefined ? names : [walkName(walk), ...names];
}

/** What was sent with a request. Of the forms of our own pages: nothing. */
function sentWith(ctx: Context, oidc: Oidc | undefined): Sent {
  if (ctx.method !== 'GET') return (oidc?.body ?? {}) as Sent;
  return ctx.querystring === '' ? {} : ctx.query;
}

/** What its headers brought: who asks, or a token. */
function broughtWith({ req }: Context, oidc: Oidc | undefined): Sent {
  const { authorization, dpop } = req.headers;
  const [scheme = '', credentials] = oidc?.route === 'userinfo' ? (authorization?.split(' ') ?? []) : [];
  const shows = /^(?:bearer|dpop)$/i.test(scheme);
  return {
    ...(shows ? { access_token: credentials } : authorization !== undefined && { authorization }),
    ...(dpop !== undefined && { dpop: String(dpop) }),
  };
}

function requestOf(ctx: Context, { started, thrown, path }: Note, ...sent: Sent[]): Entry['request'] {
  const failed = (thrown as { status?: number } | undefined)?.status ?? 500;
  const { requestId } = ctx.state as { requestId?: string };
  return {
    id: requestId,
    method: ctx.method,
    path: withoutIds(path),
    status: thrown === undefined ? ctx.status : failed,
    milliseconds: Math.round((performance.now() - started) * 10) / 10,
    parameters: sent.flatMap(parametersOf),
  };
}

/** An address without what only this login knows. */
function withoutIds(path: string): string {
  if (!path.includes('/', 1) || path === '/device/authorize' || path === '/logout/confirm') return path;
  const [, start, , rest] = path.split('/');
  return rest === undefined ? `/${start}/…` : `/${start}/…/${/^[a-z]{1,20}$/.test(rest) ? rest : '…'}`;
}

function shortened(text: string | undefined): string | undefined {
  return text === undefined ? undefined : short(text, 100);
}

/** Recording is a reader's business: what could not be noted is not noted, and the request goes on. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // nothing to be done, and nobody to be told
  }
}
