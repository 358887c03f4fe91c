import { z } from 'zod';
import { acrValues, type Method, methods } from '../../levels.ts';
import { login } from '../logins/login.ts';
import { operation } from '../operation.ts';
import { number } from '../shapes.ts';

/** What belongs to a request that is built here. */
const ownRequest = {
  client: z.string().max(300).optional().meta({ description: 'Which app', example: 'ihanoi' }),
  acr: z
    .enum(acrValues as [string, ...string[]])
    .optional()
    .meta({ description: 'The level asked for (`acr_values`); the client’s own unless told' }),
  scope: z.string().max(2_000).optional().meta({ description: 'All that is agreed with the client unless told' }),
  redirectUri: z.string().max(2_000).optional().meta({ description: 'The first that is registered unless told' }),
  resource: z.string().max(2_000).optional().meta({ description: 'The API that the access token is for (RFC 8707)' }),
  claims: z.looseObject({}).optional().meta({ description: 'Single claims (OpenID Connect Core §5.5)' }),
  nonce: z.string().max(500).optional(),
  state: z.string().max(2_000).optional(),
  parameters: z
    .record(z.string().max(100), z.string().max(10_000))
    .optional()
    .meta({ description: 'Any other of the authorization request, such as prompt or authorization_details' }),
  tokens: z.boolean().default(false).meta({ description: 'The tokens, in place of the code' }),
  dpopKey: z
    .looseObject({ kty: z.string() })
    .optional()
    .meta({ description: 'A private JWK that tokens are bound to; a new one unless told' }),
  certificate: z
    .string()
    .max(10_000)
    .optional()
    .meta({ description: 'A client certificate (PEM) that tokens are bound to' }),
};

const cookie = z.object({
  name: z.string(),
  value: z.string(),
  domain: z.string(),
  path: z.string(),
  expires: z.number().meta({ description: 'Seconds since 1970' }),
  httpOnly: z.boolean(),
  secure: z.boolean(),
  sameSite: z.literal('Lax'),
});

export const create = operation({
  method: 'POST',
  path: '/logins',
  about: {
    vi: 'Công dân đăng nhập không cần trình duyệt: địa chỉ mà ứng dụng nhận lại, hoặc token. Ứng dụng không phải chứng minh mình là ai.',
    en: 'A citizen signs in without a browser: the address that leads back to the app, or the tokens. The app need not prove who it is.',
  },
  input: z
    .strictObject({
      number,
      authorizationUrl: z
        .string()
        .max(20_000)
        .optional()
        .meta({ description: 'The app’s own request, with its state, nonce and PKCE; in place of `client` and so on' }),
      ...ownRequest,
      methods: z
        .array(z.enum(Object.keys(methods) as [Method, ...Method[]]))
        .min(1)
        .optional()
        .meta({ description: 'How they sign in, as if they could; what reaches the level asked for unless told' }),
      refuse: z
        .array(z.string().max(100))
        .default([])
        .meta({ description: 'Ids of optional purposes that they do not agree to' }),
      outcome: z.enum(['granted', 'access_denied', 'cancelled']).default('granted').meta({
        description: 'They agree, refuse to share, or turn back at once; an app cannot tell the last two apart',
      }),
      session: z
        .boolean()
        .default(false)
        .meta({ description: 'The cookies of their session too, as Playwright’s context.addCookies takes them' }),
    })
    .superRefine((given, context) => {
      const { authorizationUrl, client } = given;
      if (authorizationUrl === undefined && client === undefined)
        context.addIssue({ code: 'custom', path: ['client'], message: 'either client or authorizationUrl' });
      if (authorizationUrl === undefined) return;
      const names = Object.keys(ownRequest) as (keyof typeof ownRequest)[];
      for (const name of names.filter((one) => given[one] !== undefined && given[one] !== false))
        context.addIssue({ code: 'custom', path: [name], message: 'not with authorizationUrl, which says it all' });
    }),
  answer: z.object({
    redirect: z.string().optional().meta({ description: 'Where the browser would be sent: with code, state and iss' }),
    form: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'What it would post there, where the app wants its answer posted' }),
    codeVerifier: z.string().optional().meta({ description: 'Redeems the code, where the request was built here' }),
    nonce: z.string().optional(),
    state: z.string().optional(),
    tokens: z
      .looseObject({ access_token: z.string(), token_type: z.string() })
      .optional()
      .meta({ description: 'As the token endpoint answers' }),
    dpopKey: z.looseObject({}).optional().meta({ description: 'The private JWK that the tokens are bound to' }),
    cookies: z.array(cookie).optional(),
  }),
  status: 201,
  errors: [
    'account.unknown',
    'account.barred',
    'client.unknown',
    'login.requestRefused',
    'login.noTokens',
    'login.methods',
    'login.slowDown',
    'approval.expired',
    'passcode.wrong',
    'passcode.locked',
    'face.differs',
    'face.noCamera',
    'store.full',
  ],
  run: login,
});
