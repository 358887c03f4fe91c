import Router from '@koa/router';
import { describeClaims } from '../oidc/claims/claims.ts';
import type { Clients } from '../oidc/clients/clients.ts';
import { cast, castPasscode, castPassword } from '../registry/cast.ts';
import { portraitOf } from '../registry/portrait.ts';
import { type BenchDoor, homePage } from '../../views/home.ts';
import { pageOf } from '../web/language.ts';

const doors: { door: BenchDoor; href: string }[] = [
  { door: 'console', href: '/lab/console' },
  { door: 'inspector', href: '/lab/inspector' },
  { door: 'token', href: '/lab/inspector/token' },
  { door: 'api', href: '/lab/api' },
  { door: 'logouts', href: '/lab/logouts' },
];

export interface HomeParts {
  issuer: string;
  /** Address of the city, when it runs. */
  city: string | undefined;
  clients: Clients;
  /** Whether anyone may use the lab; a shared sandbox tells nobody the cast's password. */
  open: boolean;
}

/** The first page: what this is, whom to sign in as, what can be asked for. */
export function homeRoutes({ issuer, city, clients, open }: HomeParts): Router {
  const router = new Router();
  router.get('/', (ctx) => {
    const page = pageOf(ctx);
    const { language } = page;
    ctx.type = 'html';
    ctx.body = String(
      homePage(page, {
        issuer,
        ihanoi: city && `${city}/ihanoi`,
        password: open ? castPassword : undefined,
        passcode: open ? castPasscode : undefined,
        phone: open ? '/phone' : undefined,
        cast: cast.map((member) => ({
          number: member.number,
          fullName: member.fullName,
          case: language === 'vi' ? member.caseVi : member.caseEn,
          ...(member.account && { level: member.account.level }),
          state: member.account?.state ?? 'none',
          phone: member.account?.phone ?? false,
          portrait: portraitOf(member),
          inbox: open ? `/lab/inbox/${member.number}` : undefined,
        })),
        claims: describeClaims(language),
        bench: open ? doors : undefined,
        clients: clients.list().map(({ id, name, uri, initiateLoginUri }) => ({
          id,
          name,
          url: uri,
          start: initiateLoginUri && `/apps/${encodeURIComponent(id)}`,
        })),
        endpoints: [
          ['discovery', '/.well-known/openid-configuration'],
          ['authorization_endpoint', '/authorize'],
          ['token_endpoint', '/token'],
          ['userinfo_endpoint', '/userinfo'],
          ['jwks_uri', '/jwks'],
          ['end_session_endpoint', '/logout'],
          ['introspection_endpoint', '/introspect'],
          ['revocation_endpoint', '/revoke'],
          ['pushed_authorization_request_endpoint', '/par'],
          ['backchannel_authentication_endpoint', '/ciba'],
          ['device_authorization_endpoint', '/device/authorize'],
          ['registration_endpoint', '/register'],
        ].map(([name, path]) => ({ name: name ?? '', url: `${issuer}${path}` })),
      }),
    );
  });
  return router;
}
