import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createExpiry, type Expiring } from '../../src/store/artifacts/expiry.ts';

it('always knows which member ends first, whatever was added and removed in between', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ add: fc.integer({ min: 0, max: 50 }) }) },
    { weight: 2, arbitrary: fc.record({ remove: fc.nat() }) },
    { weight: 1, arbitrary: fc.constant('first' as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 30, maxLength: 200, size: 'max' }), (steps) => {
      const expiry = createExpiry<Expiring>();
      const members: Expiring[] = [];
      for (const what of steps) {
        if (what === 'first') {
          const first = expiry.first();
          if (first) members.splice(members.indexOf(first), 1);
          if (first) expiry.remove(first);
        } else if ('add' in what) {
          const member = { expiresAt: what.add, place: -1 };
          members.push(member);
          expiry.add(member);
        } else if (members.length > 0) {
          const [member] = members.splice(what.remove % members.length, 1);
          if (member) expiry.remove(member);
          if (member) expiry.remove(member);
        }
        const soonest = members.length === 0 ? undefined : Math.min(...members.map((member) => member.expiresAt));
        expect(expiry.first()?.expiresAt).toBe(soonest);
      }
      const left: number[] = [];
      for (let first = expiry.first(); first; first = expiry.first()) {
        left.push(first.expiresAt);
        expiry.remove(first);
      }
      expect(left).toEqual(members.map((member) => member.expiresAt).toSorted((one, other) => one - other));
    }),
    { numRuns: 200 },
  );
});
