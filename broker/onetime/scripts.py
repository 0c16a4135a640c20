"""The Lua behind `service`: each script is one atomic step, and counts before it looks.

All times are Unix milliseconds that the caller brings along, so that one clock decides; keys also get a time to live,
so that nothing stays behind. Numbers that are stored are passed in as text: Lua would write large ones as 1.7e+12. Only
commands of Redis 6.2.
"""

from __future__ import annotations

# Answers {'ok', resend_at} | {'locked', until} | {'throttled', retry_at} | {'address', milliseconds to wait}.
# KEYS: tries, sends and code of the subject, asks of the network address ('' for none).
# ARGV: now, most tries, next send, most sends, end of a sends window, its time to live, most asks, asks window,
#   HMAC of the new code, its expiry, its time to live.
ISSUE = """
local now = tonumber(ARGV[1])
local tries = redis.call('HMGET', KEYS[1], 'count', 'until')
if tries[1] and tonumber(tries[1]) >= tonumber(ARGV[2]) and now < tonumber(tries[2]) then
  return {'locked', tries[2]}
end
if KEYS[4] ~= '' then
  local asks = redis.call('INCR', KEYS[4])
  if asks == 1 or redis.call('PTTL', KEYS[4]) < 0 then redis.call('PEXPIRE', KEYS[4], ARGV[8]) end
  if asks > tonumber(ARGV[7]) then return {'address', tostring(redis.call('PTTL', KEYS[4]))} end
end
local sent = redis.call('HMGET', KEYS[2], 'count', 'next', 'until')
local count, window = tonumber(sent[1] or '0'), sent[3]
if not window or now >= tonumber(window) then count, window = 0, ARGV[5] end
if count > 0 and now < tonumber(sent[2]) then return {'throttled', sent[2]} end
count = count + 1
local following = ARGV[3]
if count >= tonumber(ARGV[4]) and tonumber(window) > tonumber(following) then following = window end
redis.call('HSET', KEYS[2], 'count', tostring(count), 'next', following, 'until', window)
redis.call('PEXPIRE', KEYS[2], ARGV[6])
redis.call('HSET', KEYS[3], 'mac', ARGV[9], 'expires', ARGV[10])
redis.call('PEXPIRE', KEYS[3], ARGV[11])
return {'ok', following}
"""

# Answers {'right', ''} | {'wrong', tries left} | {'expired', ''} | {'locked', until}. A right code is gone afterwards,
# and with it the wrong tries; who needs another one need not wait for it, but most sends still hold. The HMACs are
# compared plainly: without the key nobody can choose one, so how far they agree tells nothing.
# KEYS: tries, code and sends of the subject.
# ARGV: now, most tries, until when a try counts (and a lock lasts), its time to live, HMAC of what was typed, most
#   sends.
CHECK = """
local now = tonumber(ARGV[1])
local tries = redis.call('HMGET', KEYS[1], 'count', 'until')
local count = tonumber(tries[1] or '0')
if tries[2] and now >= tonumber(tries[2]) then count = 0 end
if count >= tonumber(ARGV[2]) then return {'locked', tries[2]} end
local code = redis.call('HMGET', KEYS[2], 'mac', 'expires')
if not code[1] or now >= tonumber(code[2]) then return {'expired', ''} end
if code[1] ~= ARGV[5] then
  count = count + 1
  redis.call('HSET', KEYS[1], 'count', tostring(count), 'until', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  local left = tonumber(ARGV[2]) - count
  if left <= 0 then
    redis.call('DEL', KEYS[2])
    return {'locked', ARGV[3]}
  end
  return {'wrong', tostring(left)}
end
redis.call('DEL', KEYS[1], KEYS[2])
local sent = redis.call('HGET', KEYS[3], 'count')
if sent and tonumber(sent) < tonumber(ARGV[6]) then redis.call('HSET', KEYS[3], 'next', ARGV[1]) end
return {'right', ''}
"""
