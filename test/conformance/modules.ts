/**
 * Every module of the plans of the OpenID Foundation's suite that this provider is held to, and which test of ours covers
 * what it looks at. The suite takes Java and an hour; these tests say on every change what it would say.
 * `modules.test.ts` holds the table to the tests, `results.ts` the suite's results to the table.
 */
export const plans = {
  config: 'oidcc-config-certification-test-plan',
  basic: 'oidcc-basic-certification-test-plan',
  formpost: 'oidcc-formpost-basic-certification-test-plan',
  dynamic: 'oidcc-dynamic-certification-test-plan',
  logout: 'oidcc-rp-initiated-logout-certification-test-plan',
  backchannel: 'oidcc-backchannel-rp-initiated-logout-certification-test-plan',
  initlogin: 'oidcc-3rdparty-init-login-certification-test-plan',
  fapi2: 'fapi2-security-profile-final-test-plan',
  fapi2ms: 'fapi2-message-signing-final-test-plan',
  'ciba-poll': 'fapi-ciba-id1-test-plan',
  'ciba-ping': 'fapi-ciba-id1-test-plan',
  ekyc: 'ekyc-test-plan-oidccore',
} as const;
export type Plan = keyof typeof plans;

/** A test by the text of its title as it stands in the file; of a test.each also the rows that are meant. */
export interface Test {
  /** Below test/. */
  file: string;
  title: string;
  rows: string[];
}

/** What covers a module; or why nothing does, and what is tested instead. */
export type Covered = Test[] | { none: string; instead: Test[] };

/** @returns the modules of a plan, by name */
export function modulesOf(plan: Plan): Map<string, Covered> {
  return new Map(
    groups.filter((group) => group.plans.includes(plan)).flatMap(({ modules }) => Object.entries(modules)),
  );
}

const flows =
  (name: string) =>
  (title: string, ...rows: string[]): Test => ({ file: `flows/${name}.test.ts`, title, rows });
const none = (reason: string, ...instead: Test[]): Covered => ({ none: reason, instead });

const badInput = flows('bad-input');
const both = flows('both-classes');
const byCertificate = flows('mutual-tls');
const ciba = flows('ciba');
const cibaClasses = flows('ciba-classes');
const claims = flows('claims');
const clients = flows('client-authentication');
const conformance = flows('conformance');
const core = flows('openid-core');
const fetched = flows('fetch');
const formPost = flows('form-post');
const high = flows('high');
const jose = flows('jose');
const keys = flows('keys');
const login = flows('login');
const logout = flows('logout');
const methods = flows('methods');
const once = flows('once');
const pkce = flows('pkce');
const registration = flows('registration');
const signedAnswers = flows('signed-answers');
const signedRequests = flows('signed-requests');
const thirdParty = flows('third-party-login');
const tls = flows('tls');
const told = flows('backchannel-logout');
const verified = flows('verified-claims');

const byReference = signedRequests('by reference is refused, wherever the reference leads');
const discovery = core('discovery has what it must have (Discovery §3), and what others ask of it');
const noReference = none('requests by reference are not taken, and discovery says so', byReference);
const scopeOf = (scope: string) =>
  core('for the scope %s has its claims at userinfo, and none in the ID token (§5.4)', scope);
const askedLike = (row: string) => core('for %s is answered like any other', row);
const again = core('with %j asks again, and the answer is of the second sign-in');
const redirectRefused = (row: string) => core('%s is refused on a page of ours', row);
const logoutRefused = (...rows: string[]) => logout('%s is refused on a page, leads nowhere and ends nothing', ...rows);
const pushedWith = (row: string) => high('with %s is refused', row);
const assertion = (row: string) => high('%s is refused', row);
const proof = high('%s is refused at the token endpoint');
const boundCode = high('in the pushed request binds the code as well');
const usedRightly = high('a code is good for a minute, once, for the client that asked, with its verifier');
const clockOfProof = high(
  'of a clock that is ten seconds off is taken at every endpoint, and so is one that names when it is good',
);
const besidePushed = high('is what was pushed: what stands beside its request_uri in the address is not heard');
const signedPush = (row: string) => signedRequests('one %s is refused', row);
const nobodysSignature = signedRequests('one that is unsigned, or changed after it was signed, is refused');
const cibaRequest = (row: string) => cibaClasses('a request %s is refused', row);
const rung = cibaClasses('a signed request rings the phone, a yes is answered with tokens that are bound to the key');
const withoutAssertion = cibaClasses(
  'neither a request nor a poll is taken without a client assertion, or with one by RS256',
);
const afterPing = (row: string) =>
  ciba('to a ping the counter may answer with %s: it is told once, and has its tokens', row);
const oneClaim = verified('one claim, written as %j, and nothing else about how it is known');
const unknownClaim = verified('and a claim that nobody knows beside it, as %j, is left out');
const userinfoAsked = core(
  'userinfo is asked by GET or POST, with the token in the header or in the form (RFC 6750 §2)',
);
const anyone = conformance(
  'anyone registers, sends no PKCE and no nonce, signs in with a password alone, and gets every standard claim',
);
const addresses = registration(
  'its addresses are kept and told; policy and terms are on the pages that ask for a sign-in and for consent, and no picture is fetched',
);
const ownClient = high('is asked for where tokens are, and is of the client that has the code or the refresh token');
const pushedSignIn = high(
  'a pushed request, a sign-in, tokens that are bound to a key, and a refresh that keeps its token',
);
const withoutState = high('without state and nonce is answered without them');
const nonceKept = both('a nonce of %i characters comes back as it was');
const ownKeys = fetched('that register with an address of their keys sign people in, and go on with the next key');
const byRs256 = core('an ID token is by RS256 where the registration named nothing, and names the key (§15.1)');
const anyOrder = cibaClasses('a request may name its scopes in any order, and its time as a text (CIBA §7.1.1)');
const unsignedRequest = cibaClasses('an unsigned request is refused, by openid-client too');

/** A module that several plans have stands once. */
const groups: { plans: Plan[]; modules: Record<string, Covered> }[] = [
  {
    plans: ['config', 'dynamic'],
    modules: { 'oidcc-discovery-endpoint-verification': [discovery] },
  },
  {
    plans: ['basic', 'formpost', 'dynamic'],
    modules: {
      'oidcc-server': [anyone, formPost('an answer by form_post may be posted to the app, and to nobody else')],
      'oidcc-idtoken-unsigned': none(
        'an ID token is signed: the algorithm none is neither offered nor registered (RFC 8725 §3.2)',
        registration('%s', 'ID tokens by none'),
      ),
      'oidcc-ensure-request-object-with-redirect-uri': [
        signedRequests('what stands beside it in the address is not heard'),
      ],
      'oidcc-refresh-token': [
        both('a refresh narrows the scope and never widens it'),
        core('a refresh token is good for the client that has it, and for no other'),
      ],
    },
  },
  {
    plans: ['basic', 'formpost'],
    modules: {
      'oidcc-response-type-missing': [badInput('%s', 'no response_type')],
      'oidcc-idtoken-signature': [byRs256],
      'oidcc-userinfo-get': [userinfoAsked],
      'oidcc-userinfo-post-header': [userinfoAsked],
      'oidcc-userinfo-post-body': [userinfoAsked],
      'oidcc-ensure-request-without-nonce-succeeds-for-code-flow': [anyone],
      'oidcc-scope-profile': [scopeOf('profile'), both('the claims of the scopes are at userinfo, and of no others')],
      'oidcc-scope-email': [scopeOf('email')],
      'oidcc-scope-address': [scopeOf('address')],
      'oidcc-scope-phone': [scopeOf('phone')],
      'oidcc-scope-all': [scopeOf('profile email address phone')],
      'oidcc-alternate-happy-flow': [core('may have its parameters and its scopes in any order (RFC 6749 §3.3)')],
      'oidcc-display-page': [askedLike('a whole page')],
      'oidcc-display-popup': [askedLike('a small window')],
      'oidcc-prompt-login': [again],
      'oidcc-prompt-none-not-logged-in': [both('prompt and max_age are held to')],
      'oidcc-prompt-none-logged-in': [
        both('prompt and max_age are held to'),
        both('a person signs in once and is the same person the next time, without a page'),
      ],
      'oidcc-max-age-1': [again],
      'oidcc-max-age-10000': [
        both('auth_time is of the sign-in, not of the answer'),
        logout('max_age sends an old session back to the pages, and a young one not'),
      ],
      'oidcc-ensure-request-with-unknown-parameter-succeeds': [askedLike('something that nobody knows')],
      'oidcc-id-token-hint': [both('a hint of who it was before is held to')],
      'oidcc-login-hint': [
        core('that hints at a person has their number in the field'),
        askedLike('somebody whose name is no number'),
      ],
      'oidcc-ui-locales': [
        login('in English when the app asks for it'),
        askedLike('a language that nobody speaks here'),
      ],
      'oidcc-claims-locales': [askedLike('claims in such a language')],
      'oidcc-ensure-request-with-acr-values-succeeds': [
        both('a level is asked for and reached'),
        logout('acr_values is a list in order of preference: the best the account can reach'),
      ],
      'oidcc-codereuse': [once('one code'), once('a code that comes back takes the tokens with it')],
      'oidcc-codereuse-30seconds': [
        core('a code that comes back after thirty seconds is refused, and takes the tokens with it'),
      ],
      'oidcc-ensure-registered-redirect-uri': [badInput('%s', 'an unregistered redirect')],
      'oidcc-ensure-post-request-succeeds': [
        methods('an authorization request and a logout may be posted, and the browser brings its cookies along'),
      ],
      'oidcc-server-client-secret-post': [clients('is taken at every endpoint', 'client_secret_post')],
      'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported': [byReference],
      'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported': none(
        'a request object is signed: the algorithm none is not offered (RFC 8725 §3.2)',
        signedRequests('one that is unsigned, broken, changed or encrypted is refused'),
      ),
      'oidcc-claims-essential': [claims('in the ID token, from userinfo, and in both')],
      'oidcc-ensure-request-with-valid-pkce-succeeds': [
        pkce('with a challenge the verifier is asked for, and is the right one: %s'),
      ],
    },
  },
  {
    plans: ['dynamic'],
    modules: {
      'oidcc-idtoken-rs256': [
        signedAnswers('the answer to a request, the ID token, userinfo and introspection', 'RS256'),
        byRs256,
      ],
      'oidcc-userinfo-rs256': [
        signedAnswers('the answer to a request, the ID token, userinfo and introspection', 'RS256'),
      ],
      'oidcc-ensure-redirect-uri-in-authorization-request': [redirectRefused('no address where two are registered')],
      'oidcc-redirect-uri-query-OK': [core('an address with a query keeps it')],
      'oidcc-redirect-uri-query-mismatch': [redirectRefused('another query than the one that is registered')],
      'oidcc-redirect-uri-query-added': [redirectRefused('a query where none is registered')],
      'oidcc-redirect-uri-regfrag': [registration('%s', 'an address with a part of a page')],
      'oidcc-registration-logo-uri': none(
        'a picture of somebody else’s is not shown: it would be fetched from them by everyone who signs in',
        addresses,
      ),
      'oidcc-registration-policy-uri': [addresses],
      'oidcc-registration-tos-uri': [addresses],
      'oidcc-registration-jwks-uri': [ownKeys],
      'oidcc-registration-sector-uri': [fetched('that register themselves as well, and are told what they registered')],
      'oidcc-registration-sector-bad': [
        fetched('that register with a list which lacks an address of theirs are refused'),
      ],
      'oidcc-server-rotate-keys': [
        conformance('new signing keys by URL, in use at once'),
        keys('announced, then used, then retired; tokens of every time verify with what was published then'),
      ],
      'oidcc-refresh-token-rp-key-rotation': [ownKeys],
      'oidcc-request-uri-unsigned': noReference,
      'oidcc-request-uri-signed-rs256': noReference,
      'oidcc-ensure-client-assertion-with-iss-aud-succeeds': [
        clients(
          'of the baseline class may be for the issuer, the token endpoint or the endpoint itself (OIDC Core §9)',
        ),
      ],
    },
  },
  {
    plans: ['logout'],
    modules: {
      'oidcc-rp-initiated-logout-discovery-endpoint-verification': [discovery],
      'oidcc-rp-initiated-logout': [both('signing out ends the tokens and leads back')],
      'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri': [
        logoutRefused('an address not registered', 'an address of somebody else'),
      ],
      'oidcc-rp-initiated-logout-modified-id-token-hint': [logoutRefused('a hint without a signature')],
      'oidcc-rp-initiated-logout-no-id-token-hint': [logout('an address from nobody in particular is not followed')],
      'oidcc-rp-initiated-logout-no-params': [
        logout('is asked about even without a hint, on a page whose forward button has the focus'),
      ],
      'oidcc-rp-initiated-logout-no-post-logout-redirect-uri': [
        logout('without an address to go back to, the person ends on a page of ours'),
      ],
      'oidcc-rp-initiated-logout-no-state': [logout('gets its state back as it was, and none when it sent none')],
      'oidcc-rp-initiated-logout-only-state': [logout('a state and nothing else is no more than nothing')],
      'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri': [
        logoutRefused('an address with more in its query'),
      ],
      'oidcc-rp-initiated-logout-bad-id-token-hint': [
        logoutRefused('a hint with another signature', 'a hint of another provider'),
      ],
    },
  },
  {
    plans: ['backchannel'],
    modules: {
      'oidcc-backchannel-logout-discovery-endpoint-verification': [told('discovery says that apps are told')],
      'oidcc-backchannel-rp-initiated-logout': [
        told('an app that registered itself is told as well'),
        told(
          'every app of the session is told, of the person as that app knows them, and of its session if it wants to',
        ),
      ],
    },
  },
  {
    plans: ['initlogin'],
    modules: {
      'oidcc-3rd_party-init-login': [
        thirdParty('is told its address again, by the answer and by its configuration, and is opened by it'),
      ],
      'oidcc-3rd_party-init-login-nohttps': [thirdParty('may not begin at %s', 'http://app.example/start')],
    },
  },
  {
    plans: ['fapi2', 'fapi2ms'],
    modules: {
      'fapi2-security-profile-final-discovery-end-point-verification': [
        high('discovery promises what the profile asks for (FAPI 2.0 §5.3.2)'),
        signedAnswers('discovery says with what'),
      ],
      'fapi2-security-profile-final-happy-flow': [
        pushedSignIn,
        signedRequests('openid-client signs and pushes, and the tokens are bound'),
        signedAnswers('pushed, for the high class, with tokens that are bound'),
      ],
      'fapi2-security-profile-final-user-rejects-authentication': [
        high('every answer says who it is from (RFC 9207), an error too'),
      ],
      'fapi2-security-profile-final-ensure-authorization-request-without-state-success': [withoutState],
      'fapi2-security-profile-final-ensure-authorization-request-without-nonce-success': [withoutState],
      'fapi2-security-profile-final-ensure-authorization-request-with-64-char-nonce-success': [nonceKept],
      'fapi2-security-profile-final-ensure-other-scope-order-succeeds': [both('scopes have no order (RFC 6749 §3.3)')],
      'fapi2-security-profile-final-test-claims-parameter-identity-claims': [
        claims('a client of the high class has it pushed, and answered to its key'),
        claims('what nobody here knows is no error, nor what has no value'),
      ],
      'fapi2-security-profile-final-access-token-type-header-case-sensitivity': [clockOfProof],
      'fapi2-security-profile-final-check-dpop-proof-nbf-exp': [clockOfProof],
      'fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-before-succeeds': [clockOfProof],
      'fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-after-succeeds': [clockOfProof],
      'fapi2-security-profile-final-ensure-mismatched-dpop-jkt-fails': [boundCode],
      'fapi2-security-profile-final-ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt': [boundCode],
      'fapi2-security-profile-final-ensure-token-endpoint-fails-with-mismatched-dpop-jkt': [boundCode],
      'fapi2-security-profile-final-ensure-dpopproof-at-par-endpoint-binding-success': [boundCode],
      'fapi2-security-profile-final-ensure-dpop-auth-code-binding-success': [boundCode],
      'fapi2-security-profile-final-ensure-different-nonce-inside-and-outside-request-object': [besidePushed],
      'fapi2-security-profile-final-ensure-different-state-inside-and-outside-request-object': [
        besidePushed,
        signedRequests('what was pushed beside it is not heard'),
      ],
      'fapi2-security-profile-final-ensure-authorization-request-with-long-nonce': [nonceKept],
      'fapi2-security-profile-final-ensure-authorization-request-with-long-state': [
        both('state comes back as it was, whatever stands in it'),
      ],
      'fapi2-security-profile-final-state-only-outside-request-object-not-used': [besidePushed],
      'fapi2-security-profile-final-ensure-request-object-without-redirect-uri-fails': [
        pushedWith('no redirect_uri, though one is registered'),
        signedPush('without a redirect_uri'),
      ],
      'fapi2-security-profile-final-plain-fapi-tolerate-unregistered-redirect-uri': [
        pushedWith('a redirect_uri that is not registered'),
        signedPush('with a redirect_uri that is not registered'),
      ],
      'fapi2-security-profile-final-ensure-unsigned-authorization-request-without-using-par-fails': [
        high('that was not pushed is refused, also as a signed one'),
      ],
      'fapi2-security-profile-final-ensure-redirect-uri-in-authorization-request': [
        pushedWith('no redirect_uri, though one is registered'),
      ],
      'fapi2-security-profile-final-ensure-response-type-code-idtoken-fails': [pushedWith('tokens in the browser')],
      'fapi2-security-profile-final-ensure-response-type-token-fails': [pushedWith('the implicit flow')],
      'fapi2-security-profile-final-ensure-client-id-in-token-endpoint': [ownClient],
      'fapi2-security-profile-final-ensure-holder-of-key-required': [
        high('is asked for, once each, signed by the key that it names, strongly, and without its private half'),
        tls('TLS 1.2 with %s'),
      ],
      'fapi2-security-profile-final-ensure-authorization-code-is-bound-to-client': [usedRightly, ownClient],
      'fapi2-security-profile-final-attempt-reuse-authorization-code-after-one-second': [usedRightly],
      'fapi2-security-profile-final-ensure-token-endpoint-fails-with-expired-auth-code': [usedRightly],
      'fapi2-security-profile-final-ensure-signed-client-assertion-with-RS256-fails': [
        assertion('by RS256, with a key that is registered'),
      ],
      'fapi2-security-profile-final-ensure-client-assertion-in-token-endpoint': [ownClient],
      'fapi2-security-profile-final-ensure-client-assertion-with-exp-is-5-minutes-in-past-fails': [
        assertion('that is over'),
      ],
      'fapi2-security-profile-final-ensure-client-assertion-with-wrong-aud-fails': [assertion('for another provider')],
      'fapi2-security-profile-final-ensure-client-assertion-with-no-sub-fails': [assertion('about nobody')],
      'fapi2-security-profile-final-dpop-negative-tests': [
        proof,
        high('at /userinfo is of the same key, for the same token, and never left out'),
        jose('with %s is refused', 'a DPoP proof'),
      ],
      'fapi2-security-profile-final-refresh-token': [pushedSignIn, ownClient],
      'fapi2-security-profile-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds': [
        high('that is opened in two tabs has one code, and so has one that is opened many times at once'),
      ],
      'fapi2-security-profile-final-par-attempt-reuse-request_uri': [
        high('is good once, whichever way it is answered'),
      ],
      'fapi2-security-profile-final-par-attempt-to-use-expired-request_uri': [
        high('is good for a minute (FAPI 2.0 §5.3.2.2: less than ten)'),
      ],
      'fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted': [
        high('of a clock that is ten seconds fast is taken (FAPI 2.0 §5.3.2.1)'),
      ],
      'fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails': [
        assertion('that begins in 70 seconds'),
      ],
      'fapi2-security-profile-final-par-attempt-to-use-request_uri-for-different-client': [
        high('of another client is refused, and so is a request_uri that nobody was given'),
      ],
      'fapi2-security-profile-final-par-authorization-request-containing-request_uri-form-param': [
        pushedWith('a request_uri in it'),
      ],
      'fapi2-security-profile-final-par-attempt-invalid-http-method': [methods('%s takes %j', '/par')],
      'fapi2-security-profile-final-par-ensure-pkce-required': [
        pushedWith('no PKCE, though a nonce'),
        signedPush('without PKCE'),
      ],
      'fapi2-security-profile-final-ensure-pkce-code-verifier-required': [
        pkce('with a challenge the verifier is asked for, and is the right one: %s'),
      ],
      'fapi2-security-profile-final-incorrect-pkce-code-verifier-rejected': [usedRightly],
      'fapi2-security-profile-final-par-plain-pkce-rejected': [pushedWith('plain PKCE')],
      'fapi2-security-profile-final-par-without-duplicate-parameters': [pushedSignIn],
      'fapi2-security-profile-final-par-test-array-as-audience-fails': [
        assertion('for a list'),
        assertion('for a list with others'),
      ],
      'fapi2-security-profile-final-par-test-par-endpoint-url-as-audience-fails': [
        assertion('for the endpoint that it is sent to'),
      ],
      'fapi2-security-profile-final-par-test-token-endpoint-url-as-audience-fails': [
        assertion('for the token endpoint'),
      ],
    },
  },
  {
    plans: ['fapi2ms'],
    modules: {
      'fapi2-security-profile-final-ensure-request-object-with-multiple-aud-succeeds': [
        signedRequests('one for several providers, of whom we are one, is taken'),
      ],
      'fapi2-security-profile-final-ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted': [
        signedRequests('one of a clock that is ten seconds fast, or almost an hour old, is taken'),
      ],
      'fapi2-security-profile-final-ensure-request-object-without-exp-fails': [signedPush('without an end')],
      'fapi2-security-profile-final-ensure-request-object-without-nbf-fails': [signedPush('without a beginning')],
      'fapi2-security-profile-final-ensure-expired-request-object-fails': [signedPush('that is over')],
      'fapi2-security-profile-final-ensure-request-object-with-bad-aud-fails': [signedPush('for another provider')],
      'fapi2-security-profile-final-ensure-request-object-with-exp-over-60-fails': [
        signedPush('that is good for more than an hour'),
      ],
      'fapi2-security-profile-final-ensure-request-object-with-nbf-over-60-fails': [
        signedPush('that began more than an hour ago'),
      ],
      'fapi2-security-profile-final-ensure-signed-request-object-with-RS256-fails': [
        signedPush('by RS256, with a key that is registered'),
      ],
      'fapi2-security-profile-final-ensure-request-object-signature-algorithm-is-not-none': [nobodysSignature],
      'fapi2-security-profile-final-ensure-request-object-with-invalid-signature-fails': [nobodysSignature],
      'fapi2-security-profile-final-ensure-matching-key-in-authorization-request': [
        signedPush('by a key of a stranger'),
      ],
      'fapi2-security-profile-final-ensure-unsigned-request-at-par-endpoint-fails': [
        signedRequests('is asked for where the registration says so'),
      ],
      'fapi2-security-profile-final-par-authorization-request-containing-request_uri': [
        signedPush('with a request_uri in it'),
      ],
    },
  },
  {
    plans: ['ciba-poll', 'ciba-ping'],
    modules: {
      'fapi-ciba-id1-discovery-end-point-verification': [
        cibaClasses('discovery promises what there is: poll and ping, no push, no user codes'),
      ],
      'fapi-ciba-id1': [
        rung,
        cibaClasses('a ping comes with the token of the app, and the tokens are bound as well'),
        byCertificate('is worth something with that certificate only, on whichever listener'),
      ],
      'fapi-ciba-id1-user-rejects-authentication': [ciba('a no on the phone')],
      'fapi-ciba-id1-multiple-call-to-token-endpoint': [ciba('polling that is too quick')],
      'fapi-ciba-id1-auth-req-id-expired': [ciba('an answer after the time that was asked for')],
      'fapi-ciba-id1-ensure-authorization-request-with-binding-message-succeeds': [rung],
      'fapi-ciba-id1-ensure-other-scope-order-succeeds': [anyOrder],
      'fapi-ciba-id1-ensure-requested-expiry-as-string-succeeds': [anyOrder],
      'fapi-ciba-id1-ensure-authorization-request-with-potentially-bad-binding-message': [
        ciba('a message that could mislead: %j'),
      ],
      'fapi-ciba-id1-ensure-request-object-missing-aud-fails': [cibaRequest('for nobody')],
      'fapi-ciba-id1-ensure-request-object-bad-aud-fails': [cibaRequest('for another provider')],
      'fapi-ciba-id1-ensure-request-object-missing-iss-fails': [cibaRequest('of no issuer')],
      'fapi-ciba-id1-ensure-request-object-bad-iss-fails': [cibaRequest('of another issuer')],
      'fapi-ciba-id1-ensure-request-object-missing-exp-fails': [cibaRequest('without an end')],
      'fapi-ciba-id1-ensure-request-object-expired-exp-fails': [cibaRequest('that is over')],
      'fapi-ciba-id1-ensure-request-object-exp-is-70-minutes-in-future-fails': [
        cibaRequest('that is good for more than an hour'),
      ],
      'fapi-ciba-id1-ensure-request-object-missing-iat-fails': [cibaRequest('without the time it was made')],
      'fapi-ciba-id1-ensure-request-object-missing-nbf-fails': [cibaRequest('without a beginning')],
      'fapi-ciba-id1-ensure-request-object-nbf-is-10-minutes-in-future-fails': [
        cibaRequest('that begins in 70 seconds'),
      ],
      'fapi-ciba-id1-ensure-request-object-nbf-is-70-minutes-in-past-fails': [
        cibaRequest('that began more than an hour ago'),
      ],
      'fapi-ciba-id1-ensure-request-object-missing-jti-fails': [cibaRequest('without an id')],
      'fapi-ciba-id1-ensure-request-object-signature-algorithm-is-none-fails': [unsignedRequest],
      'fapi-ciba-id1-ensure-request-object-signature-algorithm-is-bad-fails': [
        cibaRequest('by a key of a stranger under our name'),
      ],
      'fapi-ciba-id1-ensure-request-object-signature-algorithm-is-RS256-fails': [cibaRequest('by RS256')],
      'fapi-ciba-id1-ensure-request-object-signed-by-other-client-fails': [cibaRequest('by a key of a stranger')],
      'fapi-ciba-id1-ensure-authorization-request-with-multiple-hints-fails': [
        cibaRequest('that names a person twice'),
      ],
      'fapi-ciba-id1-ensure-wrong-auth-req-id-in-token-endpoint-request': [
        ciba('an account whose level does not reach, and a client that may not'),
      ],
      'fapi-ciba-id1-ensure-without-client-assertion-in-token-endpoint-request': [withoutAssertion],
      'fapi-ciba-id1-ensure-without-client-assertion-in-backchannel-authorization-request': [withoutAssertion],
      'fapi-ciba-id1-ensure-client-assertion-signature-algorithm-in-backchannel-authorization-request-is-RS256-fails': [
        withoutAssertion,
      ],
      'fapi-ciba-id1-ensure-client-assertion-signature-algorithm-in-token-endpoint-request-is-RS256-fails': [
        withoutAssertion,
      ],
      'fapi-ciba-id1-ensure-client-assertion-with-iss-aud-to-token-endpoint-succeeds': [withoutAssertion],
      'fapi-ciba-id1-ensure-unsigned-backchannel-authorization-request-fails': [unsignedRequest],
      'fapi-ciba-id1-refresh-token': [rung, ownClient],
      'fapi-ciba-id1-ensure-mtls-holder-of-key-required': [
        byCertificate('is not given to who shows no certificate'),
        rung,
      ],
    },
  },
  {
    plans: ['ciba-ping'],
    modules: {
      'fapi-ciba-id1-ping-backchannel-notification-endpoint-response-has-body': [afterPing('text')],
      'fapi-ciba-id1-ping-backchannel-notification-endpoint-response-401': [afterPing('nobody let in (401)')],
      'fapi-ciba-id1-ping-backchannel-notification-endpoint-response-403': [afterPing('not allowed (403)')],
      'fapi-ciba-id1-ping-with-mtls-ciba-notification-endpoint-response-401-and-require-server-does-not-retry': [
        afterPing('nobody let in (401)'),
      ],
      'fapi-ciba-id1-ping-backchannel-notification-endpoint-return-redirect-request': [
        afterPing('a page elsewhere'),
        fetched('hear of an answer from the phone where they registered to, and lead nobody on'),
      ],
    },
  },
  {
    plans: ['ekyc'],
    modules: {
      'ekyc-server-happypath': [oneClaim],
      'ekyc-server-happypath-emptyobject': [oneClaim],
      'ekyc-server-happypath-essentialfalse': [oneClaim],
      'ekyc-server-unknown-claim-omitted': [unknownClaim],
      'ekyc-server-unknown-essential-claim-omitted': [unknownClaim],
      'ekyc-server-unknown-claim-specialchars-omitted': [unknownClaim],
      'ekyc-server-one-claim-with-random-value-omitted': [verified('of a claim that do not hold leave out the claim')],
      'ekyc-server-request-only-in-idtoken': [verified('in the ID token, and nothing that was not asked for')],
      'ekyc-server-request-only-in-userinfo': [verified('everything that was asked for, in userinfo')],
      'ekyc-server-testuserprovidedrequest': [
        verified('everything that was asked for, in userinfo'),
        verified('in the ID token, and nothing that was not asked for'),
      ],
      'ekyc-server-testbasedonuserinfo-defaults': [verified('everything that was asked for, in userinfo')],
      'ekyc-server-test-userinfo-notfoundinop': [
        unknownClaim,
        verified('of the verification that do not hold leave the whole element out'),
      ],
    },
  },
];
