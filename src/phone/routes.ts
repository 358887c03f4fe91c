import Router from '@koa/router';
import { type ActivationParts, createActivation } from './activation.ts';
import { activationRoutes, type ActivationRoutesParts } from './activation-routes.ts';
import { type AnswersParts, answerRoutes } from './answers.ts';
import { createDevices } from './device.ts';
import { createEnter } from './enter.ts';
import { type HappeningsParts, happeningRoutes } from './happenings.ts';
import { createScreens } from './held.ts';
import { meRoutes } from './me.ts';
import { type TracesParts, traceRoutes } from './traces.ts';
import { type WalletParts, walletRoutes } from './wallet.ts';

type Made = 'activation' | 'devices' | 'enter' | 'inboxPath' | 'screens';

export type PhoneParts = Omit<
  ActivationParts & ActivationRoutesParts & AnswersParts & HappeningsParts & TracesParts & WalletParts,
  Made
> & {
  /** Whether this is a test bench: anybody's phone can be picked up, and its camera sees what one likes. */
  lab: boolean;
  /** True when the issuer is https. */
  secure: boolean;
  /** What browsers hold its cookies to. */
  cookiePrefix: string;
};

/**
 * The virtual phone: the VNeID app as pages of a browser that holds a phone's secret. This folder owns who a phone is, how
 * one is activated, and what its screens show and ask; what an answer is worth is decided by `accounts/approvals.ts`, and
 * what a login does with it by `login/`.
 */
export function phoneRoutes(parts: PhoneParts): Router {
  const { lab } = parts;
  const devices = createDevices(parts);
  const castPath = lab ? '/phone/cast' : undefined;
  const inboxPath = lab ? (number: string) => `/lab/inbox/${number}` : undefined;
  const screens = createScreens({ ...parts, castPath, devices });
  const enter = createEnter({ ...parts, devices });
  const activation = createActivation(parts);
  const router = new Router();
  for (const part of [
    enter.router,
    activationRoutes({ ...parts, activation, devices, inboxPath }),
    answerRoutes({ ...parts, screens }),
    happeningRoutes({ ...parts, enter, screens }),
    meRoutes({ ...parts, screens }),
    traceRoutes({ ...parts, screens }),
    walletRoutes({ ...parts, screens }),
  ])
    router.use(part.routes());
  return router;
}
