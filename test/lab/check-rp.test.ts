import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test, vi } from 'vitest';
import { conclusion } from '../../views/lab/check-rp.ts';
import { wordsOf } from '../../views/words.ts';
import { chromiumOf } from '../../src/lab/check-rp/chromium.ts';
import { patienceUnder } from '../../src/lab/check-rp/attempt.ts';
import type { Deviation } from '../../src/lab/check-rp/deviation.ts';
import { deviations, leftOut, named } from '../../src/lab/check-rp/deviations.ts';
import { type Lab, openLab } from '../../src/lab/check-rp/lab.ts';
import { learnMark, says } from '../../src/lab/check-rp/mark.ts';
import { exitCodeOf, type Result } from '../../src/lab/check-rp/report.ts';
import { xml } from '../../src/lab/check-rp/report-junit.ts';
import { signIn } from '../../src/lab/check-rp/sign-in.ts';
import { judge, pageSeen, type Seen } from '../../src/lab/check-rp/verdict.ts';
import type { Visitor } from '../../src/lab/check-rp/visitor.ts';
import { faultNames } from '../../src/lab/faults/vocabulary.ts';

/** What the checker decides without a browser: which deviations there are, how an app is seen, and what is right. */
describe('the deviations', () => {
  test('are every fault of the vocabulary, but those that no app can see', () => {
    const tried = new Set(deviations.flatMap(({ does }) => (typeof does === 'string' ? [] : [does.fault])));
    expect([...tried, ...Object.keys(leftOut)].toSorted()).toEqual([...faultNames].toSorted());
  });

  test('have names of their own, which say the fault', () => {
    const names = deviations.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    for (const { name, does } of deviations)
      if (typeof does !== 'string') expect(name.split('/')[0], name).toBe(does.fault);
  });

  test('say in both languages what has to be done, how, and where that is written', () => {
    for (const { name, must, fix, specification, about } of deviations) {
      for (const { vi, en } of [must, fix, ...(about ? [about] : [])]) {
        expect(vi.length, name).toBeGreaterThan(10);
        expect(en.length, name).toBeGreaterThan(10);
        expect(vi, name).not.toBe(en);
      }
      expect(specification.title, name).toMatch(/ §[\d.]+( \(\d+\))?$/);
      expect(specification.url, name).toMatch(/^https:\/\//);
    }
  });

  test('are meant by family, by fault, and by name', () => {
    const of = (...names: string[]) => named(names).map(({ name }) => name);
    expect(of('userinfo')).toEqual(['userinfo.wrong-sub']);
    expect(of('endpoint.500')).toEqual(['endpoint.500/token', 'endpoint.500/userinfo', 'endpoint.500/jwks']);
    expect(of('id-token.missing-claim/exp', 'day')).toEqual(['id-token.missing-claim/exp', 'day.overload']);
    expect(of('logout-token.forged')).toEqual(['logout-token.proper', 'logout-token.forged']);
    expect(of('id')).toEqual([]);
  });
});

describe('the verdict', () => {
  const right: Seen = { met: 1, loggedIn: false, page: 'readable', back: true };
  const of = (deviation: Partial<Deviation>, seen: Partial<Seen>, tls = false) => {
    const { verdict, outcome } = judge(
      { weight: 'must', expects: 'refused', ...deviation } as Deviation,
      { ...right, ...seen },
      { tls },
    );
    return `${verdict} ${outcome}`;
  };

  test('of what has to be refused', () => {
    expect(of({}, {})).toBe('pass refused');
    expect(of({}, { loggedIn: true })).toBe('fail accepted');
    expect(of({ weight: 'should' }, { loggedIn: true })).toBe('warning accepted');
    expect(of({ weight: 'may' }, { loggedIn: true })).toBe('note accepted');
    expect(of({}, { met: 0, loggedIn: true })).toBe('skipped not-met');
    expect(of({}, { back: false })).toBe('skipped not-back');
    const day = { expects: 'either', sturdy: true, stays: true } as const;
    expect(of(day, { back: false, worksAfter: true })).toBe('pass coped');
    expect(of(day, { back: false, worksAfter: false })).toBe('fail broken-after');
  });

  test('by TLS a signature may be left to the line', () => {
    expect(of({ unlessTls: true }, { loggedIn: true })).toBe('fail accepted');
    expect(of({ unlessTls: true }, { loggedIn: true }, true)).toBe('warning accepted');
    expect(of({}, { loggedIn: true }, true)).toBe('fail accepted');
  });

  test('refused, but nobody is told so', () => {
    expect(of({}, { page: 'stack-trace' })).toBe('warning stack-trace');
    expect(of({ sturdy: true }, { page: 'stack-trace' })).toBe('fail stack-trace');
    expect(of({}, { page: 'gone' })).toBe('fail gone');
    expect(of({ sturdy: true }, { page: 'hung' })).toBe('fail hung');
    expect(of({ sturdy: true }, { worksAfter: false })).toBe('fail broken-after');
    expect(of({ sturdy: true }, { worksAfter: true })).toBe('pass refused');
    // keys were rotated, and an app that keeps its own for ever has not asked for others
    expect(of({ sturdy: true }, { met: 0, worksAfter: false })).toBe('fail broken-after');
    expect(of({ sturdy: true }, { met: 0, worksAfter: true })).toBe('skipped not-met');
  });

  test('of what has to be accepted, and of what may be', () => {
    expect(of({ expects: 'accepted' }, { loggedIn: true })).toBe('pass accepted');
    expect(of({ expects: 'accepted' }, { loggedIn: true, later: 61 })).toBe('pass accepted-later');
    expect(of({ expects: 'accepted' }, {})).toBe('fail refused');
    expect(of({ expects: 'accepted', partly: true }, { loggedIn: true })).toBe('skipped not-known');
    expect(of({ expects: 'accepted', partly: true }, {})).toBe('fail refused');
    expect(of({ expects: 'either' }, {})).toBe('pass coped');
    expect(of({ expects: 'either' }, { loggedIn: true })).toBe('pass accepted');
  });

  test('of sessions that somebody else would end', () => {
    expect(of({ expects: 'kept' }, { loggedIn: true })).toBe('pass kept');
    expect(of({ expects: 'kept' }, {})).toBe('fail ended');
    expect(of({ expects: 'ended' }, {})).toBe('pass ended');
    expect(of({ expects: 'ended' }, { loggedIn: true })).toBe('fail kept');
  });
});

test.each([
  ['Error: no\n    at finish (file:///srv/app/login.js:12:9)'],
  ['java.lang.NullPointerException\n\tat com.example.Login.finish(Login.java:42)'],
  ['Traceback (most recent call last):\n  File "/srv/app.py", line 3, in login'],
  ['Uncaught exception in /var/www/login.php:12\n#0 /var/www/index.php(3): login()'],
  ['System.Exception: no\n   at App.Login() in C:\\app\\Login.cs:line 12'],
  ["app/models/user.rb:12:in 'find'"],
  ['goroutine 1 [running]:\nmain.login()\n\t/srv/main.go:12 +0x1d'],
])('a stack is no page for a person: %j', (text) => {
  expect(pageSeen(text)).toBe('stack-trace');
});

test.each([
  ['Bạn chưa đăng nhập. Hãy thử lại lúc 12:30, hoặc xem index.php.'],
  ['You are not signed in (invalid_grant). Look at http://localhost:8080 again.'],
])('an error page is one: %j', (text) => {
  expect(pageSeen(text)).toBe('readable');
});

test('nothing is a blank page', () => expect(pageSeen(' \n ')).toBe('blank'));

describe('the mark of somebody who is logged in', () => {
  const names = ['Nguyễn Văn An', 'Lê Thị Hòa'];

  test('is their name, in whatever letters', () => {
    const inside = ['Hello NGUYỄN VĂN AN\nLog out', 'Hello Nguyen Van An\nLog out'];
    expect(learnMark({ inside, outside: ['Log in'], names })).toEqual({ by: 'name', what: names });
    expect(says('LÊ THỊ HOÀ', 'Lê Thị Hòa')).toBe(true);
    expect(says('Lê Thị Hoa', 'Lê Thị Hoan')).toBe(false);
  });

  test('or else what only they read, each time', () => {
    const inside = ['Menu\nLog out\nYour visit 4711\nMy reports', 'Menu\nLog out\nYour visit 4712\nMy reports'];
    expect(learnMark({ inside, outside: ['Menu\nLog in', 'Error: My reports'], names })).toEqual({
      by: 'text',
      what: ['Log out'],
    });
  });

  test('or nothing', () => {
    expect(learnMark({ inside: ['Menu', 'Menu'], outside: ['Menu'], names })).toBeUndefined();
    // a name that strangers read too marks nobody
    expect(learnMark({ inside: [names[0] ?? ''], outside: [names.join()], names })).toBeUndefined();
  });
});

test('the exit code says whether the app is clean, is not, or was not tried to the end', () => {
  const of = (...results: [verdict: string, outcome: string][]) =>
    exitCodeOf({ results: results.map(([verdict, outcome]) => ({ verdict, outcome }) as Result) });
  expect(of(['pass', 'refused'], ['warning', 'accepted'], ['skipped', 'not-met'])).toBe(0);
  expect(of(['pass', 'refused'], ['skipped', 'no-time'])).toBe(2);
  expect(of(['fail', 'accepted'], ['skipped', 'no-time'])).toBe(1);
});

test('what XML cannot hold stays out of it', () => {
  expect(xml('<a href="x">\'&\u0000\u001B[31m\uFFFE\uD800\n</a>')).toBe(
    '&lt;a href=&quot;x&quot;&gt;&#39;&amp;[31m&#10;&lt;/a&gt;',
  );
});

test('without a browser it says what to type', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'vneid-'));
  expect(() => chromiumOf({ VNEID_CHROMIUM: join(empty, 'chromium') })).toThrow(
    expect.objectContaining({ code: 'check.noChromium' }),
  );
  await rm(empty, { recursive: true });
});

test('without an emulator it says how to start one', async () => {
  const nobody = openLab({ url: 'http://127.0.0.1:9', operatorToken: '' });
  await expect(nobody).rejects.toMatchObject({ code: 'check.noLab', facts: { url: 'http://127.0.0.1:9' } });
});

test('an app that is kept waiting by the provider may wait as long', () => {
  const slow = deviations.find(({ name }) => name === 'endpoint.slow/token');
  expect(slow && patienceUnder(slow, { patience: 600 })).toBe(3600);
  expect(patienceUnder({ does: 'replay' }, { patience: 600 })).toBe(600);
  expect(patienceUnder({ does: { fault: 'endpoint.cut', endpoint: 'token' } }, { patience: 600 })).toBe(600);
});

test('what was not tried for want of time is not called clean', () => {
  const said = (...outcomes: ('refused' | 'no-time' | 'accepted')[]) => {
    const trials = outcomes.map((outcome) => ({
      outcome,
      verdict: ({ refused: 'pass', 'no-time': 'skipped', accepted: 'fail' } as const)[outcome],
    }));
    return conclusion(wordsOf('en').checkRp, trials);
  };
  expect(said('refused', 'refused')).toBe('Clean: the app accepted nothing wrongly.');
  expect(said('refused', 'no-time', 'no-time')).toContain('2 were not tried');
  expect(said('accepted', 'no-time')).toBe('1 thing has to be fixed.');
});

test('an app of scripts with a button is waited for once, and from then on pressed at once', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const visitor = { status: 200 } as Visitor;
    let waited = 0;
    const door = {
      first: () => door,
      or: () => door,
      count: async () => 1,
      click: async () => void (visitor.sent = true),
    };
    visitor.page = {
      evaluate: async () => false,
      getByRole: () => door,
      goto: async () => null,
      url: () => 'http://localhost:8080/',
      waitForEvent: async () => ({}),
      waitForLoadState: async () => undefined,
      async waitForTimeout(milliseconds: number) {
        waited += milliseconds;
        vi.advanceTimersByTime(milliseconds);
      },
    } as unknown as Page;
    const entrance = { pressed: false };
    const way = { start: 'http://localhost:8080/', person: { number: '', password: '' }, limit: 15_000, entrance };
    const lab = { isProvider: () => false } as Partial<Lab> as Lab;
    expect(await signIn(visitor, { ...way, lab })).toEqual({ at: 'app', typed: false });
    expect([waited > 0, entrance.pressed]).toEqual([true, true]);
    waited = 0;
    expect(await signIn(visitor, { ...way, lab })).toEqual({ at: 'app', typed: false });
    expect(waited).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
