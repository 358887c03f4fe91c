import Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import type { Approval } from '../accounts/approval.ts';
import type { Phone } from '../accounts/phones.ts';
import { problem } from '../errors.ts';
import { checkBody, readJson } from '../web/json.ts';
import type { PhoneControl } from './phone.ts';

const approval = z.string().max(64).optional();
const face = z.enum(['matches', 'differs', 'no-camera']);
const factors = z.array(z.enum(['passcode', 'face'])).min(1);

/** What can be done with a phone: what is sent, and what is called. */
const verbs = {
  scan: verb(z.strictObject({ code: z.string().max(2_000) }), (phone, { code }) => phone.scan(code)),
  approve: verb(
    z.strictObject({
      approval,
      factors: factors.optional(),
      passcode: z.string().max(20).optional(),
      number: z.string().max(10).optional(),
    }),
    (phone, how) => phone.approve(how),
  ),
  decline: verb(z.strictObject({ approval }), (phone, which) => phone.decline(which)),
  expire: verb(z.strictObject({ approval }), (phone, which) => phone.expire(which)),
  face: verb(z.strictObject({ face }), (phone, { face: seen }) => phone.face(seen)),
  bind: verb(z.strictObject({ name: z.string().min(1).max(60).optional(), face: face.optional() }), (phone, details) =>
    phone.bind(details),
  ),
  lose: verb(z.strictObject({}), (phone) => phone.lose()),
  lock: verb(z.strictObject({}), (phone) => phone.lock()),
  unlock: verb(z.strictObject({}), (phone) => phone.unlock()),
};

interface Verb {
  run(phone: PhoneControl, body: unknown): Promise<Approval | Phone | undefined>;
}

/**
 * A citizen's phone for programs:
 *
 *     GET  /lab/api/phones/:number          the phone in use, and what waits for an answer
 *     POST /lab/api/phones/:number/:verb    scan, approve, decline, expire, face, bind, lose, lock, unlock
 */
export function phoneApiRoutes({ phoneOf }: { phoneOf: (number: string) => PhoneControl }): Router {
  const router = new Router();

  router.get('/lab/api/phones/:number', async (ctx) => {
    const control = phoneOf(String(ctx.params.number));
    const phone = await control.phone();
    answer(ctx, { phone: shownPhone(phone), approvals: (await control.approvals()).map(shownApproval) });
  });

  router.post('/lab/api/phones/:number/:verb', async (ctx) => {
    const name = String(ctx.params.verb);
    if (!Object.hasOwn(verbs, name)) throw problem('request.notFound');
    const done = await verbs[name as keyof typeof verbs].run(phoneOf(String(ctx.params.number)), await readJson(ctx));
    answer(ctx, !done ? {} : 'kind' in done ? { approval: shownApproval(done) } : { phone: shownPhone(done) });
  });

  return router;
}

function verb<S extends z.ZodType>(
  schema: S,
  work: (phone: PhoneControl, body: z.output<S>) => Promise<Approval | Phone | void>,
): Verb {
  return {
    async run(phone, body) {
      return (await work(phone, checkBody(schema, body))) ?? undefined;
    },
  };
}

function answer(ctx: Context, body: unknown): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.body = body;
}

function shownPhone({ id, name, face, activatedAt, seenAt }: Phone) {
  return { id, name, face, activatedAt: new Date(activatedAt).toISOString(), seenAt: new Date(seenAt).toISOString() };
}

function shownApproval(approval: Approval) {
  const { id, kind, state, reason, clientId: client, ask, number, level, methods, askedAt, expiresAt } = approval;
  return {
    id,
    kind,
    state,
    reason,
    client,
    ask,
    number,
    level,
    methods,
    askedAt: new Date(askedAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
  };
}
