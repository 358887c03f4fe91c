import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, createClock } from '../../src/clock.ts';
import type { VneidError } from '../../src/errors.ts';
import type { ArtifactStore, Payload } from '../../src/store/artifacts.ts';

/** Makes an empty store; a `small` one can hold a few hundred artifacts of a kilobyte at most. */
export type MakeStore = (parts: { clock: Clock; small?: boolean }) => ArtifactStore | Promise<ArtifactStore>;

const crowd = 50;

/** What every artifact store promises. A new store passes this with a few lines of its own. */
export function artifactContract(name: string, makeStore: MakeStore): void {
  describe(`${name} keeps the contract of artifacts`, () => {
    const opened: ArtifactStore[] = [];
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });

    async function open(small = false) {
      const clock = createClock();
      const store = await makeStore({ clock, small });
      opened.push(store);
      /** Seconds since 1970, `seconds` from now, as the instance sees it. */
      const after = (seconds: number) => Math.floor(clock.now() / 1000) + seconds;
      return { clock, store, after, wait: (seconds: number) => clock.advance(seconds * 1000) };
    }

    it('gives back what was put, and nothing for what never was', async () => {
      const { store, after } = await open();
      const session = {
        accountId: 'an',
        authorizations: { ihanoi: { sid: 's1' } },
        amr: ['pwd', 'otp'],
        name: 'Nguyễn Văn An',
      };
      await store.put('Session', 's', session, after(60));
      expect(await store.get('Session', 's')).toEqual(session);
      expect(await store.get('Session', 'another')).toBeUndefined();
      expect(await store.take('Session', 'another')).toBeUndefined();
      expect(await store.consume('Session', 'another')).toBe(false);
      await store.remove('Session', 'another');
      expect(await store.size()).toBe(1);
    });

    it('keeps kinds apart: an id of one is never found, used or removed under another', async () => {
      const { store, after } = await open();
      await store.put('AuthorizationCode', 'same', { of: 'code' }, after(60), { uid: 'u' });
      await store.put('AccessToken', 'same', { of: 'token' }, after(60));
      expect(await store.get('AuthorizationCode', 'same')).toEqual({ of: 'code' });
      expect(await store.get('AccessToken', 'same')).toEqual({ of: 'token' });
      expect(await store.findBy('AccessToken', 'uid', 'u')).toBeUndefined();
      expect(await store.get('Authorization', 'Codesame')).toBeUndefined();
      expect(await store.consume('AccessToken', 'same')).toBe(true);
      expect(await store.consume('AuthorizationCode', 'same')).toBe(true);
      expect(await store.take('RefreshToken', 'same')).toBeUndefined();
      await store.remove('AccessToken', 'same');
      expect(await store.get('AuthorizationCode', 'same')).toMatchObject({ of: 'code' });
      expect(await store.add('AccessToken', 'same', {}, after(60))).toBe(true);
    });

    it('takes any text as kind and id, as it came', async () => {
      const { store, after } = await open();
      const odd = [
        '__proto__',
        'constructor',
        "'; drop table artifacts; --",
        'a:b',
        'Hòa',
        'Hoà',
        '',
        ' ',
        '😀',
        'x'.repeat(5_000),
      ];
      for (const id of odd) await store.put(id, id, { id }, after(60));
      for (const id of odd) expect(await store.get(id, id)).toEqual({ id });
      expect(await store.size()).toBe(odd.length);
    });

    it('forgets at the second something ends, by the clock of the instance', async () => {
      const { store, after, wait } = await open();
      const end = after(60);
      await store.put('AuthorizationCode', 'code', { n: 1 }, end, { uid: 'u', userCode: 'c', grantId: 'g' });
      await store.put('Client', 'forever', { n: 2 });
      wait(30);
      expect(await store.get('AuthorizationCode', 'code')).toBeDefined();
      wait(30);
      expect(await store.get('AuthorizationCode', 'code')).toBeUndefined();
      expect(await store.findBy('AuthorizationCode', 'uid', 'u')).toBeUndefined();
      expect(await store.findBy('AuthorizationCode', 'userCode', 'c')).toBeUndefined();
      expect(await store.consume('AuthorizationCode', 'code')).toBe(false);
      expect(await store.take('AuthorizationCode', 'code')).toBeUndefined();
      expect(await store.size()).toBe(1);
      wait(10 * 365 * 86_400);
      expect(await store.get('Client', 'forever')).toEqual({ n: 2 });
    });

    it('does not keep what has already ended, and then forgets what was there', async () => {
      const { store, after } = await open();
      await store.put('Session', 's', { n: 1 }, after(60));
      await store.put('Session', 's', { n: 2 }, after(0));
      expect(await store.get('Session', 's')).toBeUndefined();
      expect(await store.add('ReplayDetection', 'jti', {}, after(0))).toBe(false);
      expect(await store.size()).toBe(0);
    });

    it('overwrites payload, end and links together', async () => {
      const { store, after, wait } = await open();
      await store.put('Session', 's', { n: 1, gone: true }, after(60), { uid: 'old', grantId: 'old-grant' });
      await store.put('Session', 's', { n: 2 }, after(600), { uid: 'new' });
      await store.removeByGrant('old-grant');
      wait(120);
      expect(await store.get('Session', 's')).toEqual({ n: 2 });
      expect(await store.findBy('Session', 'uid', 'old')).toBeUndefined();
      expect(await store.findBy('Session', 'uid', 'new')).toEqual({ n: 2 });
      await store.put('Session', 's', { n: 3 }, after(1));
      expect(await store.findBy('Session', 'uid', 'new')).toBeUndefined();
      wait(2);
      expect(await store.get('Session', 's')).toBeUndefined();
      expect(await store.size()).toBe(0);
    });

    it('shares nothing: a caller that changes what it put or got changes only its own copy', async () => {
      const { store, after } = await open();
      const link = { uid: 'u' };
      const mine = { authorizations: { ihanoi: { sid: 's1' } }, amr: [{ name: 'pwd' }] };
      const kept = structuredClone(mine);
      await store.put('Session', 's', mine, after(60), link);
      await store.add('Session', 'added', mine, after(60));
      mine.authorizations.ihanoi.sid = 'changed';
      mine.amr.push({ name: 'changed' });
      link.uid = 'changed';
      for (let round = 0; round < 2; round += 1) {
        const reads = [
          await store.get('Session', 's'),
          await store.get('Session', 'added'),
          await store.findBy('Session', 'uid', 'u'),
        ];
        for (const read of reads) {
          expect(read).toEqual(kept);
          const session = read as typeof mine;
          session.authorizations.ihanoi.sid = 'changed by reader';
          (session.amr[0] as { name: string }).name = 'changed by reader';
          Object.assign(session, { consumed: 1 });
        }
      }
      expect(await store.take('Session', 's')).toEqual(kept);
      await store.put('Session', 's', kept, after(60));
      expect(await store.findBy('Session', 'uid', 'u')).toBeUndefined();
    });

    it('keeps of a payload what JSON keeps, whatever its names', async () => {
      const { store, after } = await open();
      const payload = JSON.parse(
        '{"__proto__": {"admin": true}, "deep": {"__proto__": {"admin": true}, "list": [null, [1]]}}',
      );
      const extras = { at: new Date(0), absent: undefined, nothing: null, list: [undefined, 1], zero: 0, empty: '' };
      await store.put('Grant', 'g', { ...payload, ...extras }, after(60));
      const read = (await store.get('Grant', 'g')) as Payload;
      expect(JSON.stringify(read)).toBe(JSON.stringify({ ...payload, ...extras }));
      expect('absent' in read).toBe(false);
      expect(read.admin).toBeUndefined();
      expect((read.deep as Payload).admin).toBeUndefined();
    });

    it('finds by link the newer of two, and keeps finding it when the older goes', async () => {
      const { store, after } = await open();
      await store.put('Session', 'before-login', { n: 1 }, after(60), { uid: 'u' });
      await store.put('Session', 'after-login', { n: 2 }, after(60), { uid: 'u' });
      expect(await store.findBy('Session', 'uid', 'u')).toEqual({ n: 2 });
      await store.remove('Session', 'before-login');
      expect(await store.findBy('Session', 'uid', 'u')).toEqual({ n: 2 });
      await store.put('DeviceCode', 'd', { n: 3 }, after(60), { userCode: 'ABCD' });
      await store.consume('DeviceCode', 'd');
      expect(await store.findBy('DeviceCode', 'userCode', 'ABCD')).toMatchObject({
        n: 3,
        consumed: expect.any(Number),
      });
      expect(await store.findBy('DeviceCode', 'uid', 'ABCD')).toBeUndefined();
      await store.take('DeviceCode', 'd');
      expect(await store.findBy('DeviceCode', 'userCode', 'ABCD')).toBeUndefined();
    });

    it('removes everything of a grant, of every kind, and nothing else', async () => {
      const { store, after } = await open();
      for (const kind of ['AuthorizationCode', 'AccessToken', 'RefreshToken']) {
        await store.put(kind, 'one', {}, after(60), { grantId: 'revoked' });
        await store.put(kind, 'two', {}, after(60), { grantId: 'revoked' });
        await store.put(kind, 'three', { kept: true }, after(60), { grantId: 'kept' });
        await store.put(kind, 'four', { kept: true }, after(60));
      }
      await store.remove('AccessToken', 'two');
      await store.removeByGrant('revoked');
      await store.removeByGrant('revoked');
      for (const kind of ['AuthorizationCode', 'AccessToken', 'RefreshToken']) {
        expect(await store.get(kind, 'one')).toBeUndefined();
        expect(await store.get(kind, 'two')).toBeUndefined();
        expect(await store.get(kind, 'three')).toEqual({ kept: true });
        expect(await store.get(kind, 'four')).toEqual({ kept: true });
      }
      expect(await store.size()).toBe(6);
    });

    it('consumes once, says when, and stays consumed when it is written again', async () => {
      const { store, after, wait } = await open();
      await store.put('RefreshToken', 'r', { n: 1 }, after(60));
      expect(await store.get('RefreshToken', 'r')).toEqual({ n: 1 });
      const [least, most] = [after(0), after(2)];
      expect(await store.consume('RefreshToken', 'r')).toBe(true);
      const { consumed } = (await store.get('RefreshToken', 'r')) as { consumed: number };
      expect(Number.isInteger(consumed)).toBe(true);
      expect(consumed).toBeGreaterThanOrEqual(least);
      expect(consumed).toBeLessThanOrEqual(most);
      wait(10);
      expect(await store.consume('RefreshToken', 'r')).toBe(false);
      await store.put('RefreshToken', 'r', { n: 2 }, after(60));
      expect(await store.consume('RefreshToken', 'r')).toBe(false);
      expect(await store.get('RefreshToken', 'r')).toEqual({ n: 2, consumed });
      await store.put('RefreshToken', 'restored', { consumed: 1_700_000_000 }, after(60));
      expect(await store.consume('RefreshToken', 'restored')).toBe(false);
      expect(await store.take('RefreshToken', 'restored')).toEqual({ consumed: 1_700_000_000 });
    });

    it('starts afresh where something has ended: neither its consumed mark nor its links live on', async () => {
      const { store, after, wait } = await open();
      await store.put('DeviceCode', 'd', { n: 1 }, after(60), { uid: 'u', userCode: 'c', grantId: 'g' });
      await store.put('DeviceCode', 'e', { n: 1 }, after(60), { uid: 'u2', grantId: 'g' });
      await store.consume('DeviceCode', 'd');
      await store.consume('DeviceCode', 'e');
      wait(60);
      expect(await store.add('DeviceCode', 'd', { n: 2 }, after(60))).toBe(true);
      await store.put('DeviceCode', 'e', { n: 2 }, after(60));
      await store.removeByGrant('g');
      expect(await store.findBy('DeviceCode', 'uid', 'u')).toBeUndefined();
      expect(await store.get('DeviceCode', 'd')).toEqual({ n: 2 });
      expect(await store.consume('DeviceCode', 'd')).toBe(true);
      expect(await store.consume('DeviceCode', 'e')).toBe(true);
    });

    it('adds only where nothing lives', async () => {
      const { store, after, wait } = await open();
      expect(await store.add('ReplayDetection', 'jti', { n: 1 }, after(60))).toBe(true);
      expect(await store.add('ReplayDetection', 'jti', { n: 2 }, after(600))).toBe(false);
      expect(await store.get('ReplayDetection', 'jti')).toEqual({ n: 1 });
      wait(60);
      expect(await store.add('ReplayDetection', 'jti', { n: 3 }, after(60))).toBe(true);
      expect(await store.get('ReplayDetection', 'jti')).toEqual({ n: 3 });
      await store.remove('ReplayDetection', 'jti');
      expect(await store.add('ReplayDetection', 'jti', { n: 4 }, after(60))).toBe(true);
    });

    it('takes once: read and gone', async () => {
      const { store, after } = await open();
      await store.put('otp', 'login', { digest: 'd' }, after(300), { grantId: 'g' });
      expect(await store.take('otp', 'login')).toEqual({ digest: 'd' });
      expect(await store.take('otp', 'login')).toBeUndefined();
      expect(await store.get('otp', 'login')).toBeUndefined();
      expect(await store.size()).toBe(0);
    });

    it('counts within a period that its first call sets, and starts again from nothing after it', async () => {
      const { store, after, wait } = await open();
      expect(await store.count('failures', 'an', after(60))).toBe(1);
      wait(50);
      expect(await store.count('failures', 'an', after(60))).toBe(2);
      expect(await store.count('failures', 'binh', after(60))).toBe(1);
      expect(await store.get('failures', 'an')).toEqual({ count: 2 });
      wait(10);
      expect(await store.get('failures', 'an')).toBeUndefined();
      expect(await store.count('failures', 'an', after(60))).toBe(1);
      expect(await store.count('failures', 'an', after(60))).toBe(2);
      await store.remove('failures', 'an');
      expect(await store.count('failures', 'an', after(60))).toBe(1);
      expect(await store.count('failures', 'over', after(0))).toBe(1);
      expect(await store.count('failures', 'over', after(0))).toBe(1);
    });

    it('lists what lives of a kind by id, page after page, each once', async () => {
      const { store, after, wait } = await open();
      const ids = ['b', 'a-2', 'Z', 'c', 'a', '0', '_', 'a-1'];
      const end = after(60);
      for (const id of ids) await store.put('Session', id, { id }, end);
      await store.put('Grant', 'of another kind', {}, after(60));
      await store.put('Session', 'ended', {}, after(30));
      await store.put('Session', 'for ever', {});
      await store.consume('Session', 'b');
      wait(30);
      const inOrder = ['0', 'Z', '_', 'a', 'a-1', 'a-2', 'b', 'c', 'for ever'];
      for (const limit of [1, 2, 3, 100]) {
        const seen: string[] = [];
        for (let last: string | undefined; ; last = seen.at(-1)) {
          const page = await store.list('Session', { limit, after: last });
          if (page.length === 0) break;
          expect(page.length).toBeLessThanOrEqual(limit);
          seen.push(...page.map(({ id }) => id));
        }
        expect(seen).toEqual(inOrder);
      }
      const [used, ...rest] = await store.list('Session', { limit: 5, after: 'a-2' });
      expect(used).toMatchObject({ id: 'b', payload: { id: 'b', consumed: expect.any(Number) } });
      expect(rest[0]).toEqual({ id: 'c', payload: { id: 'c' }, expiresAt: end });
      expect(rest[1]).toEqual({ id: 'for ever', payload: {}, expiresAt: undefined });
      expect(await store.list('Nothing', { limit: 5 })).toEqual([]);
      wait(30);
      expect((await store.list('Session', { limit: 5 })).map(({ id }) => id)).toEqual(['for ever']);
    });

    it('lists only what has each of some members, as a text or as a name in an object', async () => {
      const { store, after } = await open();
      const sessions = {
        one: { accountId: 'an', authorizations: { ihanoi: {}, 'x"y': { sid: 's' } } },
        two: { accountId: 'an', authorizations: { 'test-app': { sid: 'ihanoi' } } },
        three: { accountId: 'binh', authorizations: { ihanoi: {} } },
        four: { authorizations: ['ihanoi'], n: 1, deep: { accountId: 'an' } },
        five: { accountId: null, authorizations: null },
        six: JSON.parse('{"accountId": "an", "authorizations": {"__proto__": {}}}'),
      };
      for (const [id, payload] of Object.entries(sessions)) await store.put('Session', id, payload, after(60));
      const found = async (where: Record<string, string>) =>
        (await store.list('Session', { limit: 9, where })).map(({ id }) => id).sort();
      expect(await found({})).toEqual(Object.keys(sessions).sort());
      expect(await found({ accountId: 'an' })).toEqual(['one', 'six', 'two']);
      expect(await found({ authorizations: 'ihanoi' })).toEqual(['one', 'three']);
      expect(await found({ authorizations: 'x"y' })).toEqual(['one']);
      expect(await found({ authorizations: '__proto__' })).toEqual(['six']);
      expect(await found({ authorizations: 'toString' })).toEqual([]);
      expect(await found({ accountId: 'an', authorizations: 'ihanoi' })).toEqual(['one']);
      expect(await found({ n: '1' })).toEqual([]);
      expect(await found({ absent: 'an' })).toEqual([]);
    });

    it('lists a copy, from among many', async () => {
      const { store, after } = await open();
      const id = (i: number) => String((i * 7_919) % 5_003).padStart(4, '0');
      for (let i = 0; i < 5_003; i += 1) await store.put('AccessToken', id(i), { of: `a${i % 1_000}` }, after(60));
      const wanted = Array.from({ length: 5 }, (_, nth) => id(999 + nth * 1_000)).sort();
      const which = { limit: 4, where: { of: 'a999' } };
      const listed = await store.list('AccessToken', which);
      expect(listed.map((one) => one.id)).toEqual(wanted.slice(0, 4));
      expect((await store.list('AccessToken', { ...which, after: wanted[3] })).map((one) => one.id)).toEqual([
        wanted[4],
      ]);
      Object.assign(listed[0]?.payload ?? {}, { of: 'changed by reader' });
      expect(await store.get('AccessToken', wanted[0] ?? '')).toEqual({ of: 'a999' });
    });

    it('knows how many live, also when many have ended at once', async () => {
      const { store, after, wait } = await open();
      for (let i = 0; i < 2_500; i += 1) await store.put('AccessToken', `t${i}`, { i }, after(100 + (i % 7) * 100));
      await store.put('Session', 's', {}, after(10_000));
      expect(await store.size()).toBe(2_501);
      wait(450);
      const left = Array.from({ length: 2_500 }, (_, i) => i % 7).filter((hundreds) => hundreds > 3).length;
      expect(await store.size()).toBe(left + 1);
      wait(1_000);
      expect(await store.size()).toBe(1);
      expect(await store.get('Session', 's')).toEqual({});
    });

    it('refuses when full, loses nothing that lives, and takes new ones once others have ended', async () => {
      const { store, after, wait } = await open(true);
      const payload = (i: number) => ({ i, filling: 'x'.repeat(1_000) });
      let put = 0;
      const fill = async () => {
        for (; put < 5_000; put += 1)
          await store.put('Session', `s${put}`, payload(put), after(put % 2 === 0 ? 30 : 90));
      };
      const refusal = (await fill().catch((error: unknown) => error)) as VneidError;
      expect(refusal).toMatchObject({ code: 'store.full', status: 503 });
      const wanted = Number(refusal.headers['Retry-After']);
      expect(wanted).toBeGreaterThanOrEqual(1);
      expect(wanted).toBeLessThanOrEqual(60);
      expect(put).toBeGreaterThan(10);

      // a server may have given back some of its buffers since
      const adding = async () => {
        for (let i = 0; i < 100; i += 1) await store.add('ReplayDetection', `jti${i}`, payload(0), after(60));
      };
      await expect(adding()).rejects.toMatchObject({ code: 'store.full' });
      for (let i = 0; i < put; i += 1) expect(await store.get('Session', `s${i}`)).toEqual(payload(i));
      await store.put('Session', 's0', { i: 0, filling: 'y'.repeat(1_000) }, after(30));
      expect(await store.consume('Session', 's1')).toBe(true);

      wait(31);
      expect(await store.add('ReplayDetection', 'jti', payload(0), after(60))).toBe(true);
      for (let i = 0; i < put / 4; i += 1) await store.put('Grant', `g${i}`, payload(i), after(60));
      expect(await store.get('Session', 's1')).toMatchObject(payload(1));
      expect(await store.get('Session', 's0')).toBeUndefined();
    });

    it('can be closed twice, and keeps no process alive', async () => {
      const holding = () => process.getActiveResourcesInfo().filter((what) => what === 'Timeout').length;
      const before = holding();
      const { store, after } = await open();
      await store.put('Session', 's', {}, after(60));
      // the runner has timers too, and one of them may have ended while the store was opened
      expect(holding()).toBeLessThanOrEqual(before);
      await store.close();
      await store.close();
    });

    it('tells everything that lives, so that another store can have it; and forgets everything', async () => {
      const [{ store, after, wait }, other] = [await open(), await open()];
      await store.put('Session', 's', { uid: 'u', accountId: 'an' }, after(60), { uid: 'u' });
      await store.put('AccessToken', 't', { grantId: 'g' }, after(60), { grantId: 'g' });
      await store.put('DeviceCode', 'd', { userCode: 'c' }, after(60), { userCode: 'c' });
      await store.put('Grant', 'g', { of: 'ever' });
      await store.put('otp', 'short', {}, after(5));
      await store.consume('AccessToken', 't');
      await store.count('failures', 'an', after(60));
      wait(10);
      const kept = await store.all();
      expect(kept.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual([
        'AccessToken t',
        'DeviceCode d',
        'Grant g',
        'Session s',
        'failures an',
      ]);
      const written = JSON.parse(JSON.stringify(kept)) as typeof kept;
      for (const { kind, id, payload, expiresAt, links } of written)
        await other.store.put(kind, id, payload, expiresAt, links);
      expect(await other.store.findBy('Session', 'uid', 'u')).toMatchObject({ accountId: 'an' });
      expect(await other.store.findBy('DeviceCode', 'userCode', 'c')).toEqual({ userCode: 'c' });
      expect(await other.store.consume('AccessToken', 't')).toBe(false);
      expect(await other.store.count('failures', 'an', other.after(60))).toBe(2);
      await other.store.removeByGrant('g');
      expect(await other.store.get('AccessToken', 't')).toBeUndefined();
      other.wait(10_000_000);
      expect(await other.store.get('Grant', 'g')).toEqual({ of: 'ever' });

      await store.clear();
      expect([await store.size(), await store.all()]).toEqual([0, []]);
      expect(await store.findBy('Session', 'uid', 'u')).toBeUndefined();
      expect(await store.add('AccessToken', 't', {}, after(60))).toBe(true);
    });

    it(`lets exactly one of ${crowd} consume, add and take, and gives each its own count`, async () => {
      const { store, after } = await open();
      for (let round = 0; round < 5; round += 1) {
        expect(await winners(store, `round-${round}`, after(60))).toEqual({ consume: 1, add: 1, take: 1 });
        const counts = await Promise.all(everyone(() => store.count('failures', `round-${round}`, after(60))));
        expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: crowd }, (_, i) => i + 1));
      }
    });
  });
}

/** How many of a crowd, all at once, were told that they were the one. */
export async function winners(store: ArtifactStore, id: string, expiresAt: number) {
  await store.put('AuthorizationCode', id, {}, expiresAt);
  await store.put('otp', id, {}, expiresAt);
  const [consumed, added, taken] = await Promise.all([
    Promise.all(everyone(() => store.consume('AuthorizationCode', id))),
    Promise.all(everyone(() => store.add('ReplayDetection', id, {}, expiresAt))),
    Promise.all(everyone(() => store.take('otp', id))),
  ]);
  return {
    consume: consumed.filter(Boolean).length,
    add: added.filter(Boolean).length,
    take: taken.filter((payload) => payload !== undefined).length,
  };
}

function everyone<T>(tries: () => Promise<T>): Promise<T>[] {
  return Array.from({ length: crowd }, tries);
}
