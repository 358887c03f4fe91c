import { describe, expect, it } from 'vitest';
import { cast } from '../../src/registry/cast.ts';
import { portraitOf } from '../../src/registry/portrait.ts';

describe('a portrait', () => {
  it('is the same for the same person and differs between people', () => {
    const drawn = cast.map((member) => portraitOf(member));
    expect(cast.map((member) => portraitOf({ number: member.number }))).toEqual(drawn);
    expect(new Set(drawn).size).toBeGreaterThan(cast.length * 0.8);
  });

  it('passes a strict Content-Security-Policy: no style, no script, nothing fetched', () => {
    for (const member of cast) {
      const svg = portraitOf(member);
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" .*<\/svg>$/s);
      expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
        /style|script|href|url\(|http|\son\w+=|undefined|NaN/,
      );
    }
  });

  it('is drawn from sex and age as given, or as the number tells', () => {
    const [child, adult, elderly] = [2015, 1985, 1950].map((year) =>
      portraitOf({ number: '001085000001', sex: 'female', birthDate: String(year) }),
    );
    expect(new Set([child, adult, elderly]).size).toBe(3);
    expect(portraitOf({ number: '001085000001', sex: 'male', birthDate: '1985-03-12' })).toBe(
      portraitOf({ number: '001085000001' }),
    );
    expect(portraitOf({ number: '001085000001' }, 2055)).not.toBe(portraitOf({ number: '001085000001' }));
  });
});
