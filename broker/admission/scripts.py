"""The Lua behind `limits`: each script is one atomic step, and counts before it looks.

All times are Unix milliseconds that the caller brings along, so that one clock decides; keys also get a time to live,
so that nothing stays behind. Numbers that are stored are always passed in as text: Lua would write large ones as
1.7e+12. Only commands of Redis 6.2.
"""

from __future__ import annotations

# The beginning of a script that sends: it goes on when this send may be, with `following` the time of the next one.
# Answers otherwise {'locked', until} | {'throttled', retry_at} | {'address', milliseconds to wait}.
# KEYS: tries, sends of the subject, asks of the address ('' for none).
# ARGV: now, most tries, next send, most sends, end of a sends window, time to live, most asks, asks window.
COUNT_SEND = """
local now = tonumber(ARGV[1])
local tries = redis.call('HMGET', KEYS[1], 'count', 'until')
if tries[1] and tonumber(tries[1]) >= tonumber(ARGV[2]) and now < tonumber(tries[2]) then
  return {'locked', tries[2]}
end
if KEYS[3] ~= '' then
  local asks = redis.call('INCR', KEYS[3])
  if asks == 1 or redis.call('PTTL', KEYS[3]) < 0 then redis.call('PEXPIRE', KEYS[3], ARGV[8]) end
  if asks > tonumber(ARGV[7]) then return {'address', tostring(redis.call('PTTL', KEYS[3]))} end
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
"""

# Answers {'ok', resend_at}, or as COUNT_SEND does, with the tries of one door (`config.keys.code_tries`).
RESERVE_SEND = f"""{COUNT_SEND}
return {{'ok', following}}
"""

# Answers 1 when these are now the subject's codes, 0 when newer ones already are.
# KEYS: codes of the visitor. ARGV: counter, HMAC of the PIN, expiry, time to live.
ARM = """
local counter = redis.call('HGET', KEYS[1], 'counter')
if counter and tonumber(counter) >= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'counter', ARGV[1], 'pin', ARGV[2], 'expires', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
"""

# Counts a try before anybody looks at the codes, then hands out what they are to be compared with.
# Answers {'try', tries left, place, counter, pin, place, counter, pin, ...} | {'locked', until}
# | {'address', milliseconds to wait}; place numbers the visitors from 0, those without valid codes are left out.
# KEYS: tries of the VisRN, tries of the address ('' for none), then the codes of each visitor.
# ARGV: now, most tries, until when a try counts (and a lock lasts), time to live, most of the address, its window.
BEGIN_TRY = """
local now = tonumber(ARGV[1])
local tries = redis.call('HMGET', KEYS[1], 'count', 'until')
local count = tonumber(tries[1] or '0')
if tries[2] and now >= tonumber(tries[2]) then count = 0 end
if count >= tonumber(ARGV[2]) then return {'locked', tries[2]} end
if KEYS[2] ~= '' then
  local asked = redis.call('INCR', KEYS[2])
  if asked == 1 or redis.call('PTTL', KEYS[2]) < 0 then redis.call('PEXPIRE', KEYS[2], ARGV[6]) end
  if asked > tonumber(ARGV[5]) then return {'address', tostring(redis.call('PTTL', KEYS[2]))} end
end
count = count + 1
redis.call('HSET', KEYS[1], 'count', tostring(count), 'until', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
local answer = {'try', tostring(tonumber(ARGV[2]) - count)}
for i = 3, #KEYS do
  local codes = redis.call('HMGET', KEYS[i], 'counter', 'pin', 'expires')
  if codes[1] and now < tonumber(codes[3]) then
    answer[#answer + 1] = tostring(i - 3)
    answer[#answer + 1] = codes[1]
    answer[#answer + 1] = codes[2]
  end
end
return answer
"""

# Takes the codes that were found right, once. Answers 1, or 0 when they were used, replaced or too old meanwhile.
# Who comes back (another phone, a closed tab) need not wait for new ones: their last are spent. Most sends still hold.
# KEYS: tries of the VisRN, codes of the visitor, sends of the visitor. ARGV: counter, now, most sends.
CONSUME = """
local codes = redis.call('HMGET', KEYS[2], 'counter', 'expires')
if codes[1] ~= ARGV[1] or tonumber(ARGV[2]) >= tonumber(codes[2]) then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
local sent = redis.call('HGET', KEYS[3], 'count')
if sent and tonumber(sent) < tonumber(ARGV[3]) then redis.call('HSET', KEYS[3], 'next', ARGV[2]) end
return 1
"""

# Counts a look at a caller's details, before they are compared. Answers how many tries are left after it, or -1.
# KEYS: tries of the details. ARGV: most tries, time to live.
TRY_DETAILS = """
local tries = tonumber(redis.call('GET', KEYS[1]) or '0')
if tries >= tonumber(ARGV[1]) then return -1 end
tries = redis.call('INCR', KEYS[1])
if tries == 1 or redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return tonumber(ARGV[1]) - tries
"""

# Staff have sent or read out codes: what the family itself asks for before `until` would kill them, and must wait.
# KEYS: sends of the visitor. ARGV: until, end of a sends window, time to live.
WAIT_WITH_SENDS = """
local sent = redis.call('HMGET', KEYS[1], 'count', 'next', 'until')
if not sent[1] or sent[1] == '0' then redis.call('HSET', KEYS[1], 'count', '1') end
if not sent[3] then redis.call('HSET', KEYS[1], 'until', ARGV[2]) end
if not sent[2] or tonumber(sent[2]) < tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'next', ARGV[1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""
