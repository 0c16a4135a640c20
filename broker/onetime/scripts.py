"""The Lua behind `service`: each script is one atomic step, and counts before it looks.

All times are Unix milliseconds that the caller brings along, so that one clock decides; keys also get a time to live,
so that nothing stays behind. Numbers that are stored are passed in as text: Lua would write large ones as 1.7e+12. Only
commands of Redis 6.2.
"""

from __future__ import annotations

from broker.admission.scripts import COUNT_SEND

# Answers {'ok', resend_at}, or as COUNT_SEND does.
# KEYS: those of COUNT_SEND, code of the subject.
# ARGV: those of COUNT_SEND, HMAC of the new code, its expiry, its time to live.
ISSUE = f"""{COUNT_SEND}
redis.call('HSET', KEYS[4], 'mac', ARGV[9], 'expires', ARGV[10])
redis.call('PEXPIRE', KEYS[4], ARGV[11])
return {{'ok', following}}
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
