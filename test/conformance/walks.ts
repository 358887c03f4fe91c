/**
 * How the suite's own browser (HtmlUnit, no JavaScript to speak of) walks through our pages: for each address, what to fill
 * in and to press. The names of fields and buttons are the fixed ones.
 */
export type Browser = Rule[];

interface Rule {
  match: string;
  'match-limit'?: number;
  comment?: string;
  tasks: Task[];
}
interface Task {
  task: string;
  match: string;
  optional?: boolean;
  commands?: (string | number)[][];
}

interface Who {
  issuer: string;
  citizen: { login: string; password: string };
}

/** An OAuth error is on the page as its code; a screenshot is wanted of some pages, and the suite takes the text for it. */
const anError = '(?s).*(invalid_|unsupported_|access_denied|error_description|unauthorized_client|login_required).*';
const signInPage = '(?s).*(Sign in|Đăng nhập).*';
const signedOut = '(?s).*([Ss]igned out|đã đăng xuất).*';

/** The usual: sign in, agree, arrive; and sign out when asked. */
export function browserOf(who: Who): Browser {
  const { authorize, logout, login, agree, arrived, confirm } = steps(who);
  const confirming = { task: 'Sent on', optional: true, match: `${who.issuer}/logout/confirm` };
  return [
    authorize([login, agree, arrived]),
    logout([
      confirm,
      { ...confirming, commands: [['wait', 'contains', '/test/', 10]] },
      { task: 'Arrived', match: '*/test/*/post*' },
    ]),
  ];
}

/** Modules in which something else is to happen. */
export function overridesOf(who: Who): Record<string, { browser: Browser }> {
  const { authorize, logout, login, agree, arrived, confirm, look, refuse } = steps(who);
  const [usual, signOut] = browserOf(who) as [Rule, Rule];
  const authorizing = `${who.issuer}/authorize*`;
  const leaving = `${who.issuer}/logout*`;

  const errorAtOnce = authorize([{ task: 'An error page', match: authorizing, commands: [look(anError)] }]);
  const errorOrAnswer = authorize([
    login,
    agree,
    { task: 'An error page', optional: true, match: authorizing, commands: [look(anError, 'optional')] },
    { ...arrived, optional: true },
  ]);
  const onlyLook = authorize([
    { task: 'The sign-in page', match: `${who.issuer}/login/*`, commands: [look(signInPage)] },
  ]);
  const signInAgain = authorize([
    { ...login, commands: [look(signInPage, 'optional'), ...(login.commands ?? [])] },
    agree,
    arrived,
  ]);
  const refusing = authorize([refuse, arrived]);
  const firstVisit = {
    ...authorize([{ task: 'The sign-in page, untouched', match: `${who.issuer}/login/*` }]),
    'match-limit': 1,
  };
  const logoutError = logout([{ task: 'An error page', match: leaving, commands: [look(anError)] }]);
  const logoutDone = logout([confirm, { task: 'Signed out', match: leaving, commands: [look(signedOut)] }]);
  const logoutEither = logout([
    { ...confirm, commands: [['click', 'css', 'button[autofocus]', 'optional']] },
    { task: 'An error page, or signed out', match: leaving, commands: [look(`${anError}|${signedOut}`)] },
  ]);

  return Object.fromEntries(
    (
      [
        [[signInAgain, signOut], openid('prompt-login max-age-1')],
        [
          [errorAtOnce, signOut],
          openid(
            'ensure-registered-redirect-uri ensure-redirect-uri-in-authorization-request redirect-uri-query-added redirect-uri-query-mismatch',
          ),
        ],
        [[onlyLook, signOut], openid('registration-logo-uri registration-policy-uri registration-tos-uri')],
        [
          [errorOrAnswer, signOut],
          openid(
            `response-type-missing ensure-request-object-with-redirect-uri request-uri-unsigned request-uri-signed-rs256
            request-uri-unsigned-supported-correctly-or-rejected-as-unsupported
            unsigned-request-object-supported-correctly-or-rejected-as-unsupported`,
          ),
        ],
        [
          [usual, logoutError],
          openid(
            `rp-initiated-logout-bad-post-logout-redirect-uri rp-initiated-logout-query-added-to-post-logout-redirect-uri
            rp-initiated-logout-modified-id-token-hint rp-initiated-logout-bad-id-token-hint`,
          ),
        ],
        [[usual, logoutEither], openid('rp-initiated-logout-no-id-token-hint')],
        [
          [usual, logoutDone],
          openid(
            'rp-initiated-logout-no-params rp-initiated-logout-no-post-logout-redirect-uri rp-initiated-logout-only-state',
          ),
        ],
        [[refusing, signOut], fapi('user-rejects-authentication')],
        [[firstVisit, errorOrAnswer, signOut], fapi('par-ensure-reused-request-uri-prior-to-auth-completion-succeeds')],
        [
          [errorOrAnswer, signOut],
          fapi(
            `ensure-different-nonce-inside-and-outside-request-object ensure-different-state-inside-and-outside-request-object
            ensure-authorization-request-with-long-nonce ensure-authorization-request-with-long-state
            ensure-request-object-without-redirect-uri-fails ensure-expired-request-object-fails
            ensure-request-object-with-bad-aud-fails ensure-request-object-with-exp-over-60-fails
            ensure-request-object-with-nbf-over-60-fails ensure-request-object-without-exp-fails
            ensure-request-object-without-nbf-fails ensure-signed-request-object-with-RS256-fails
            ensure-request-object-signature-algorithm-is-not-none ensure-request-object-with-invalid-signature-fails
            ensure-matching-key-in-authorization-request ensure-unsigned-request-at-par-endpoint-fails
            ensure-registered-redirect-uri plain-fapi-tolerate-unregistered-redirect-uri
            ensure-unsigned-authorization-request-without-using-par-fails ensure-redirect-uri-in-authorization-request
            ensure-response-type-code-idtoken-fails ensure-response-type-token-fails par-attempt-reuse-request_uri
            par-attempt-to-use-expired-request_uri par-attempt-to-use-request_uri-for-different-client
            par-ensure-pkce-required par-plain-pkce-rejected ensure-mismatched-dpop-jkt-fails
            par-authorization-request-containing-request_uri par-authorization-request-containing-request_uri-form-param
            state-only-outside-request-object-not-used`,
          ),
        ],
      ] as [Browser, string[]][]
    ).flatMap(([browser, modules]) => modules.map((module) => [module, { browser }])),
  );
}

const words = (text: string) => text.split(/\s+/).filter(Boolean);
const openid = (names: string) => words(names).map((name) => `oidcc-${name}`);
const fapi = (names: string) => words(names).map((name) => `fapi2-security-profile-final-${name}`);

function steps({ issuer, citizen }: Who) {
  const onLogin = `${issuer}/login/*`;
  const login: Task = {
    task: 'Sign in',
    optional: true,
    match: onLogin,
    commands: [
      ['text', 'name', 'login', citizen.login, 'optional'],
      ['text', 'name', 'password', citizen.password, 'optional'],
      ['click', 'xpath', "//form[.//input[@name='password']]//button[@type='submit']", 'optional'],
    ],
  };
  return {
    login,
    authorize: (tasks: Task[]): Rule => ({ match: `${issuer}/authorize*`, tasks }),
    logout: (tasks: Task[]): Rule => ({ match: `${issuer}/logout*`, tasks }),
    agree: {
      task: 'Agree',
      optional: true,
      match: onLogin,
      commands: [['click', 'css', 'button[type=submit].primary']],
    },
    refuse: { task: 'Refuse', match: onLogin, commands: [['click', 'css', 'form[action$="/cancel"] button']] },
    arrived: { task: 'Arrived', match: '*/test/*/callback*', commands: [['wait', 'id', 'submission_complete', 10]] },
    confirm: {
      task: 'Sign out',
      optional: true,
      match: `${issuer}/logout*`,
      commands: [['click', 'css', 'button[autofocus]']],
    },
    look: (text: string, optional?: 'optional') => [
      'wait',
      'xpath',
      '//*',
      10,
      text,
      `update-image-placeholder${optional ? '-optional' : ''}`,
    ],
  };
}
