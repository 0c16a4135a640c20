"""The Lua that changes rooms in Redis: each script is one step that either happens whole or not at all.

Every script takes Redis' own TIME, so that all nodes and web processes mean the same moment. Claims are fenced: a
holder's write names its node and epoch, and is refused (0) once either has changed.
"""

from __future__ import annotations

_ALIVE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local function alive(node, dead_after)
  if not node then return false end
  local beat = redis.call('ZSCORE', KEYS[1], node)
  return beat and now - tonumber(beat) <= tonumber(dead_after)
end
"""

_FINISH = """
local function finish(reason, ended_at, fact)
  redis.call('HSET', KEYS[2], 'state', 'ended', 'end_reason', reason, 'ended_at', ended_at)
  redis.call('ZREM', KEYS[3], room_id)
  redis.call('SREM', KEYS[4], room_id)
  redis.call('XADD', KEYS[5], 'MAXLEN', '~', 100000, '*', unpack(fact))
  redis.call('PUBLISH', changed, '')
end
"""

#: KEYS nodes, node-at, node; ARGV node id, url, seconds to live, id before ('' for a new boot), dead after.
#: Makes a boot known and buries older ones of its URL. One that was buried itself does not come back while its
#: successor lives: it gets ''. Returns Redis' time.
ANNOUNCE = (
    _ALIVE
    + """
local older = redis.call('GET', KEYS[2])
if ARGV[4] ~= '' and older ~= ARGV[4] and alive(older, ARGV[5]) then return '' end
if older and older ~= ARGV[1] then redis.call('ZREM', KEYS[1], older) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 60)
redis.call('SET', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('HSET', KEYS[3], 'url', ARGV[2])
redis.call('EXPIRE', KEYS[3], ARGV[3])
return string.format('%.6f', now)
"""
)

#: KEYS nodes, node; ARGV node id, dead after, seconds to live. Returns Redis' time, or '' for a node already buried.
HEARTBEAT = (
    _ALIVE
    + """
if not alive(ARGV[1], ARGV[2]) then return '' end
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return string.format('%.6f', now)
"""
)

#: KEYS nodes, room, rooms, jail rooms, epoch, rooms of the candidate;
#: ARGV room id, candidate, its url, dead after, end (Unix), expiry (Unix), then the spec's fields and values.
#: Returns {'claim', node, url, epoch}, {'ended', reason, ended_at} or {'dead'} (the candidate died meanwhile).
PLACE = (
    _ALIVE
    + """
local held = redis.call('HMGET', KEYS[2], 'node', 'url', 'epoch', 'end_reason', 'ended_at', 'ends_at')
if held[4] then return {'ended', held[4], held[5] or ''} end
local ends = tonumber(redis.call('ZSCORE', KEYS[3], ARGV[1]) or ARGV[5])
if now >= ends then return {'ended', 'slot_over', ''} end
if alive(held[1], ARGV[4]) then return {'claim', held[1], held[2], held[3]} end
if not alive(ARGV[2], ARGV[4]) then return {'dead'} end
local epoch = redis.call('INCR', KEYS[5])
for i = 7, #ARGV, 2 do redis.call('HSETNX', KEYS[2], ARGV[i], ARGV[i + 1]) end
redis.call('HSETNX', KEYS[2], 'state', 'waiting')
redis.call('HSET', KEYS[2], 'node', ARGV[2], 'url', ARGV[3], 'epoch', epoch)
redis.call('ZADD', KEYS[3], 'NX', ends, ARGV[1])
redis.call('SADD', KEYS[4], ARGV[1])
redis.call('SADD', KEYS[6], ARGV[1])
redis.call('EXPIREAT', KEYS[2], ARGV[6])
redis.call('EXPIREAT', KEYS[5], ARGV[6])
redis.call('EXPIRE', KEYS[6], 172800)
return {'claim', ARGV[2], ARGV[3], tostring(epoch)}
"""
)

#: KEYS nodes, room, facts; ARGV opened at, by, jail channel, commands prefix, commands suffix, then the fact.
#: Returns 'opened', 'already', 'ended' or 'unknown'.
OPEN = """
local held = redis.call('HMGET', KEYS[2], 'node', 'opened', 'end_reason')
if not held[1] then return 'unknown' end
if held[3] then return 'ended' end
if held[2] then return 'already' end
redis.call('HSET', KEYS[2], 'opened', ARGV[1], 'opened_by', ARGV[2])
local fact = {}
for i = 6, #ARGV do fact[#fact + 1] = ARGV[i] end
redis.call('XADD', KEYS[3], 'MAXLEN', '~', 100000, '*', unpack(fact))
redis.call('PUBLISH', ARGV[4] .. held[1] .. ARGV[5], ARGV[3])
return 'opened'
"""

#: What the acts of staff in a room share: KEYS room; ARGV room id, jail channel, commands prefix, commands suffix, by,
#: then the act's own. `done` counts the act, so that a node knows which of two readings is the newer, and publishes to
#: the room's node and to the jail's consoles. Returns 'ended', 'unknown', 'same' (nothing changed), or 'changed'.
_ACT = """
local room = redis.call('HMGET', KEYS[1], 'node', 'end_reason', 'held', 'moderation')
if not room[1] then return 'unknown' end
if room[2] then return 'ended' end
local function done()
  redis.call('HINCRBY', KEYS[1], 'acts', 1)
  redis.call('PUBLISH', ARGV[3] .. room[1] .. ARGV[4], ARGV[1])
  redis.call('PUBLISH', ARGV[2], '')
  return 'changed'
end
"""

#: As _ACT, with KEYS[2] facts; ARGV[6] '1' to hold, '0' to go on, then the fact.
HOLD = (
    _ACT
    + """
if (room[3] or '0') == ARGV[6] then return 'same' end
redis.call('HSET', KEYS[1], 'held', ARGV[6], 'held_by', ARGV[5])
local fact = {}
for i = 7, #ARGV do fact[#fact + 1] = ARGV[i] end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', 100000, '*', unpack(fact))
return done()
"""
)

#: As _ACT; ARGV[6] participant, ARGV[7] muted, ARGV[8] blanked: '1', '0', or '' for as it is. An entry with nothing
#: taken is not kept.
MODERATE = (
    _ACT
    + """
local all = cjson.decode(room[4] or '{}')
local was = all[ARGV[6]] or {muted = false, blanked = false}
local function choose(before, wanted) if wanted == '' then return before end return wanted == '1' end
local now = {muted = choose(was.muted, ARGV[7]), blanked = choose(was.blanked, ARGV[8])}
if now.muted == was.muted and now.blanked == was.blanked then return 'same' end
all[ARGV[6]] = (now.muted or now.blanked) and now or nil
redis.call('HSET', KEYS[1], 'moderation', cjson.encode(all), 'moderated_by', ARGV[5])
return done()
"""
)

#: As _ACT, with KEYS[2] warnings; ARGV[6] the warning's id, ARGV[7] the warning, ARGV[8] expiry (Unix), ARGV[9] how
#: many are kept. The same id given again changes nothing.
WARN = (
    _ACT
    + """
for _, given in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
  if cjson.decode(given).id == ARGV[6] then return 'same' end
end
redis.call('RPUSH', KEYS[2], ARGV[7])
redis.call('LTRIM', KEYS[2], -tonumber(ARGV[9]), -1)
redis.call('EXPIREAT', KEYS[2], ARGV[8])
redis.call('HSET', KEYS[1], 'warned_by', ARGV[5])
return done()
"""
)

#: KEYS room; ARGV field pairs that are set only if the room has no end yet. Returns the holder, '' if ended, or nil.
REQUEST_END = """
local held = redis.call('HMGET', KEYS[1], 'node', 'end_reason')
if not held[1] then return false end
if held[2] then return '' end
redis.call('HSET', KEYS[1], 'end_reason', ARGV[1], 'ended_by', ARGV[2], 'ended_at', ARGV[3])
return held[1]
"""

#: KEYS room, presence, connected, ways; ARGV node, epoch, state, expiry, jail channel or '', numbers of presences and
#: of connected, then presence pairs, connected pairs, ways' pairs. Returns 1, or 0 when the claim is somebody else's.
SAVE = """
local held = redis.call('HMGET', KEYS[1], 'node', 'epoch', 'state')
if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] or held[3] == 'ended' then return 0 end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'state', ARGV[3], 'saved_at', string.format('%d.%06d', time[1], time[2]))
local first = 8
for key, last in ipairs({7 + 2 * ARGV[6], 7 + 2 * (ARGV[6] + ARGV[7]), #ARGV}) do
  for i = first, last, 2 do redis.call('HSET', KEYS[key + 1], ARGV[i], ARGV[i + 1]) end
  first = last + 1
  redis.call('EXPIREAT', KEYS[key + 1], ARGV[4])
end
if ARGV[5] ~= '' then redis.call('PUBLISH', ARGV[5], '') end
return 1
"""

#: KEYS nodes, room, rooms, jail rooms, facts, rooms of the node; ARGV room id, node, epoch, reason, ended at, jail
#: channel, then the fact. Ends a room with its fact in one step. Returns 1, or 0 when it is not (or no longer) ours.
FINISH = (
    "local room_id, changed = ARGV[1], ARGV[6]\n"
    + _FINISH
    + """
local held = redis.call('HMGET', KEYS[2], 'node', 'epoch', 'state')
if held[1] ~= ARGV[2] or held[2] ~= ARGV[3] or held[3] == 'ended' then return 0 end
local fact = {}
for i = 7, #ARGV do fact[#fact + 1] = ARGV[i] end
finish(ARGV[4], ARGV[5], fact)
redis.call('SREM', KEYS[6], room_id)
return 1
"""
)

#: KEYS nodes, room, rooms, jail rooms, facts, connected, presence, ways; ARGV room id, dead after, now, jail channel,
#: when the node was last heard of or ''. Ends a room that is over and whose node is dead, with what is known of it:
#: whose media went with the node, their seconds, what was forwarded, the end. Returns 1 if it did.
REAP = (
    _ALIVE
    + "local room_id, changed = ARGV[1], ARGV[4]\n"
    + _FINISH
    + """
local held = redis.call('HMGET', KEYS[2], 'node', 'state', 'end_reason', 'ends_at', 'ended_at')
if not held[1] then redis.call('ZREM', KEYS[3], room_id) return 0 end
if held[2] == 'ended' or alive(held[1], ARGV[2]) then return 0 end
local ends = tonumber(redis.call('ZSCORE', KEYS[3], room_id) or 0)
if now < ends and not held[3] then return 0 end
local reason = held[3] or 'slot_over'
local at = held[4]
if held[3] then at = held[5] or ARGV[3] end
local here = ARGV[5] ~= '' and redis.call('HGETALL', KEYS[7]) or {}
for i = 1, #here, 2 do
  local found = cjson.decode(here[i + 1])
  if found.state == 'connected' then
    redis.call('XADD', KEYS[5], 'MAXLEN', '~', 100000, '*', 'name', 'media_down', 'room', room_id, 'at', ARGV[5],
      'participant', here[i], 'role', found.role, 'reason', 'node')
  end
end
local fact = {'name', 'room_ended', 'room', room_id, 'at', at, 'reason', reason}
local seconds, pairs_read = {}, redis.call('HGETALL', KEYS[6])
for i = 1, #pairs_read, 2 do seconds[pairs_read[i]] = tonumber(pairs_read[i + 1]) end
if #pairs_read > 0 then fact[#fact + 1] = 'seconds' fact[#fact + 1] = cjson.encode(seconds) end
local ways, ways_read = {}, redis.call('HGETALL', KEYS[8])
for i = 1, #ways_read, 2 do
  local way = cjson.decode(ways_read[i])
  way[4] = tonumber(ways_read[i + 1])
  ways[#ways + 1] = way
end
if #ways > 0 then fact[#fact + 1] = 'ways' fact[#fact + 1] = cjson.encode(ways) end
finish(reason, at, fact)
return 1
"""
)
