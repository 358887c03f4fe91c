import { z } from 'zod';

/** A personal number, in a path or a body. What is no number of anyone is `citizen.unknown`, not a wrong shape. */
export const number = z.string().min(1).meta({ description: 'Personal number, 12 digits', example: '001085000001' });

/** A time as answers tell it: ISO 8601, UTC. */
export const time = z.iso.datetime().meta({ example: '2026-11-26T04:30:00.000Z' });

/** A day: `YYYY-MM-DD`. */
export const day = z.iso.date().meta({ example: '1985-02-14' });

/** Where a list goes on: the `next` of the page before. */
export const after = z.string().max(200).optional().meta({ description: 'The `next` of the page before' });

/** How many a page of a list has. */
export const limit = z.int().min(1).max(200).default(50);

/** Milliseconds that a clock may be ahead of the host: a hundred years, within which every date is one that others can read. */
export const furthest = 100 * 365.25 * 86_400_000;

/** Milliseconds since 1970 as answers tell them. */
export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** For what has nothing to say but that it is done: `{}`. */
export const done = z.strictObject({});
