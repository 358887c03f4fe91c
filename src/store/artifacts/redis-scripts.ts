import { createHash } from 'node:crypto';
import type { Script } from '../redis.ts';

/**
 * What Redis does with an artifact in one step. The value of a key is ten digits that tell when it was used, a space, its
 * end, its links, a line break and its JSON; see redis.ts beside this file. Times are seconds by the clock of the instance.
 */

/** Whether what a value says of its end lies ahead. */
const lives = `
  local function lives(value, now)
    local ends = string.match(value, '^%d+ (%S*) ')
    return ends == '' or tonumber(ends) > tonumber(now)
  end
  local function set(key, value, life)
    if life == '' then return redis.call('SET', key, value) end
    return redis.call('SET', key, value, 'PX', life)
  end
`;

/**
 * mark, rest, milliseconds left, now, put or add. Deleting first also lets an artifact be overwritten when memory is used
 * up: what a script does after a first write is not refused for want of it.
 */
export const write = script(`${lives}
  local old = redis.call('GET', KEYS[1])
  local mark = ARGV[1]
  if old then
    if lives(old, ARGV[4]) then
      if ARGV[5] == 'add' then return 0 end
      local used = string.sub(old, 1, 10)
      if used ~= '0000000000' then mark = used end
    end
    redis.call('DEL', KEYS[1])
  end
  set(KEYS[1], mark .. ARGV[2], ARGV[3])
  return 1
`);

/** mark, now. Takes no room, and must not be refused for want of it. */
export const consume = script(`#!lua flags=allow-oom
  ${lives}
  local old = redis.call('GET', KEYS[1])
  if not old or string.sub(old, 1, 10) ~= '0000000000' or not lives(old, ARGV[2]) then return 0 end
  redis.call('SETRANGE', KEYS[1], 0, ARGV[1])
  return 1
`);

/** rest of a first one, milliseconds left, now */
export const count = script(`${lives}
  local old = redis.call('GET', KEYS[1])
  if not old or not lives(old, ARGV[3]) then
    if old then redis.call('DEL', KEYS[1]) end
    set(KEYS[1], '0000000000' .. ARGV[1], ARGV[2])
    return 1
  end
  local next = (tonumber(string.match(old, '"count":(%d+)')) or 0) + 1
  local life = redis.call('PTTL', KEYS[1])
  redis.call('DEL', KEYS[1])
  set(KEYS[1], string.match(old, '^[^\\n]*\\n') .. '{"count":' .. next .. '}', life < 0 and '' or life)
  return next
`);

/** end, member, now, milliseconds left; the set forgets who has ended, and lives as long as its longest member. */
export const enlist = script(`
  redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
  if ARGV[4] == '' then return redis.call('PERSIST', KEYS[1]) end
  local left = redis.call('PTTL', KEYS[1])
  local endless = redis.call('ZCOUNT', KEYS[1], '+inf', '+inf') > 0
  if not endless and left < tonumber(ARGV[4]) then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
`);

function script(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}
