import { createHash } from 'node:crypto';
import type { Script } from '../redis.ts';

/**
 * What Redis does with an artifact in one step. How its value is written, packed or as text, is said in redis-values.ts.
 * Times are seconds by the clock of the instance.
 */

const means = `
  local function packed(value) return string.byte(value) == 1 end
  local function lives(value, now)
    if packed(value) then return struct.unpack('>I4', value, 6) > tonumber(now) end
    local ends = string.match(value, '^%d+ (%S*) ')
    return ends == '' or tonumber(ends) > tonumber(now)
  end
  -- when it was used, zero where it was not
  local function used(value)
    if packed(value) then return (struct.unpack('>I4', value, 2)) end
    return tonumber(string.sub(value, 1, 10))
  end
  -- the same value, used then
  local function marked(value, at)
    if packed(value) then return '\\1' .. struct.pack('>I4', at) .. string.sub(value, 6) end
    return string.format('%010d', at) .. string.sub(value, 11)
  end
  local function set(key, value, life)
    if life == '' then return redis.call('SET', key, value) end
    return redis.call('SET', key, value, 'PX', life)
  end
  -- a link holds the id it leads to; the set of a grant forgets who has ended, and lives as long as its longest member
  local function point(key, what, ends, life, now)
    local target = string.sub(what, 2)
    if string.sub(what, 1, 1) == '=' then return set(key, target, life) end
    redis.call('ZADD', key, ends == '' and '+inf' or ends, target)
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
    if life == '' then return redis.call('PERSIST', key) end
    local left = redis.call('PTTL', key)
    if left == -1 and redis.call('ZCOUNT', key, '+inf', '+inf') > 0 then return end
    if left < tonumber(life) then redis.call('PEXPIRE', key, life) end
  end
`;

/**
 * value, end, milliseconds left, now, put or add, and what each further key leads to. Deleting first lets an artifact be
 * overwritten when memory is used up: what a script does after a first write is not refused for want of it.
 */
export const write = script(`${means}
  local value, ends, life, now = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
  local old = redis.call('GET', KEYS[1])
  if old then
    if lives(old, now) then
      if ARGV[5] == 'add' then return 0 end
      if used(old) > 0 then value = marked(value, used(old)) end
    end
    redis.call('DEL', KEYS[1])
  end
  for i = 2, #KEYS do point(KEYS[i], ARGV[i + 4], ends, life, now) end
  set(KEYS[1], value, life)
  return 1
`);

/** what the key leads to, end, milliseconds left, now */
export const lead = script(`${means}
  point(KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4])
`);

/** The start of the keys that a link may lead to: the id that it holds, and what is there. */
export const follow = script(`
  local id = redis.call('GET', KEYS[1])
  return id and {id, redis.call('GET', ARGV[1] .. id)}
`);

/** when it is used, now. Takes no room, and must not be refused for want of it. */
export const consume = script(`#!lua flags=allow-oom
  ${means}
  local old = redis.call('GET', KEYS[1])
  if not old or used(old) > 0 or not lives(old, ARGV[2]) then return 0 end
  if packed(old) then redis.call('SETRANGE', KEYS[1], 1, struct.pack('>I4', ARGV[1]))
  else redis.call('SETRANGE', KEYS[1], 0, string.format('%010d', ARGV[1])) end
  return 1
`);

/** rest of a first one, milliseconds left, now */
export const count = script(`${means}
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

function script(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}
