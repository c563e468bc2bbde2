import { HI_MAX, LO_BASE } from '../split-amount.ts';
import { SLICES } from '../store/quota-store.ts';

// Every script is atomic and takes one JSON argument. Amounts are pairs of whole numbers below 2^53 (see split-amount.ts), which
// Lua's doubles hold exactly; they are written with %.0f, because Lua's own text of a number keeps 14 digits.
// All keys of one store share a hash tag, so they lie in one slot of a cluster and scripts may reach those they learn of.

const PRELUDE = `
local BASE, MAX, SLICES = ${LO_BASE}, ${HI_MAX}, ${SLICES}
local P = cjson.decode(ARGV[1])
local prefix = P.prefix
local function text(n) return string.format('%.0f', n) end
local function num(v) if v then return tonumber(v) end return 0 end
local function carry(hi, lo)
  while lo >= BASE do lo = lo - BASE; hi = hi + 1 end
  while lo < 0 do lo = lo + BASE; hi = hi - 1 end
  return hi, lo
end
local function below(hi, lo, pair) return hi < pair[1] or (hi == pair[1] and lo < pair[2]) end
local function above(hi, lo, pair) return hi > pair[1] or (hi == pair[1] and lo > pair[2]) end
local function member(id, e) return id .. '|' .. text(e.amount[1]) .. '|' .. text(e.amount[2]) end
local function counterKey(k) return prefix .. 'c:' .. k end
local function leasesKey(k) return prefix .. 'z:' .. k end
local function keep(key, endsMs)
  if endsMs > 0 then redis.call('PEXPIRE', key, text(math.max(endsMs - P.now, 0) + P.windowKept)) end
end

local function budget(k)
  local c, z = counterKey(k), leasesKey(k)
  local v = redis.call('HMGET', c, 'u', 'v', 'r', 's', 'x')
  local b = { uhi = num(v[1]), ulo = num(v[2]), rhi = num(v[3]), rlo = num(v[4]), x = num(v[5]), new = not v[3] }
  local changed = false
  while b.rhi > 0 or b.rlo > 0 do
    local gone = redis.call('ZRANGEBYSCORE', z, '-inf', P.now, 'LIMIT', 0, 500)
    if #gone == 0 then break end
    for _, member in ipairs(gone) do
      local hi, lo = string.match(member, '|(%-?%d+)|(%d+)$')
      b.rhi, b.rlo = carry(b.rhi - tonumber(hi), b.rlo - tonumber(lo))
    end
    redis.call('ZREM', z, unpack(gone))
    changed = true
  end
  if changed then redis.call('HSET', c, 'r', text(b.rhi), 's', text(b.rlo)) end
  return b
end

local function rate(k, sliceMs)
  local c = counterKey(k)
  local index = math.floor(P.now / sliceMs)
  local v = redis.call('HMGET', c, 't', 'i', 'x')
  local total, last, x = num(v[1]), num(v[2]), num(v[3])
  if last == 0 then return { total = 0, index = index, x = x, new = true } end
  if index <= last then return { total = total, index = last, x = x } end
  local fields = {}
  for j = last - SLICES, math.min(index - SLICES - 1, last) do fields[#fields + 1] = 's' .. text(j) end
  if #fields > 0 then
    for _, count in ipairs(redis.call('HMGET', c, unpack(fields))) do total = total - num(count) end
    redis.call('HDEL', c, unpack(fields))
  end
  redis.call('HSET', c, 't', text(total), 'i', text(index))
  return { total = total, index = index, x = x, new = true }
end

local function addRate(k, sliceMs, atMs, state, amount)
  local at = math.min(math.floor(atMs / sliceMs), state.index)
  if at <= state.index - SLICES - 1 or amount == 0 then return end
  local c = counterKey(k)
  redis.call('HINCRBY', c, 's' .. text(at), text(amount))
  redis.call('HSET', c, 't', text(state.total + amount), 'i', text(state.index))
  if state.new then redis.call('PEXPIRE', c, text((SLICES + 2) * sliceMs)) end
end

local function roomAt(k, sliceMs, state, amount, limit)
  local c = counterKey(k)
  local left = state.total + amount
  for index = state.index - SLICES, state.index do
    if left <= limit then break end
    left = left - num(redis.call('HGET', c, 's' .. text(index)))
    if left <= limit then return (index + SLICES + 1) * sliceMs end
  end
  return 0
end

-- The ends of windows do not move, so a key is given its time when it is made.
local function list(e, b)
  local group = prefix .. 'g:' .. e.group
  if redis.call('ZADD', group, text(b.uhi), e.key) == 1 then keep(group, e.ends) end
end

-- An amount of nothing needs no lease.
local function hold(e, b, id, expires)
  if e.amount[1] == 0 and e.amount[2] == 0 then return end
  local z = leasesKey(e.key)
  local empty = b.rhi == 0 and b.rlo == 0
  if redis.call('ZADD', z, text(expires), member(id, e)) == 1 then
    b.rhi, b.rlo = carry(b.rhi + e.amount[1], b.rlo + e.amount[2])
  end
  if empty then keep(z, e.ends) end
end

local function use(e, b, hi, lo)
  local c = counterKey(e.key)
  b.uhi, b.ulo = carry(b.uhi + hi, b.ulo + lo)
  if b.uhi > MAX then b.uhi = MAX end
  redis.call('HSET', c, 'u', text(b.uhi), 'v', text(b.ulo), 'r', text(b.rhi), 's', text(b.rlo))
  if b.new then keep(c, e.ends) end
  list(e, b)
  if #e.marks == 0 then return end
  local field = 'a' .. text(e.limit[1]) .. ':' .. text(e.limit[2])
  local told = num(redis.call('HGET', c, field))
  local before = told
  for _, mark in ipairs(e.marks) do
    if mark[1] > told and not below(b.uhi, b.ulo, { mark[2], mark[3] }) then
      told = mark[1]
      if redis.call('ZCARD', prefix .. 'alerts') >= P.alertsMax then redis.call('INCR', prefix .. 'alerts-dropped')
      else
        redis.call('ZADD', prefix .. 'alerts', text(P.now), table.concat({
          e.key, text(told), text(b.uhi), text(b.ulo), text(e.limit[1]), text(e.limit[2]), text(P.now) }, '\\n'))
      end
    end
  end
  if told > before then redis.call('HSET', c, field, text(told)) end
end

local function stateOf(b) return { b.uhi, b.ulo, b.rhi, b.rlo, b.x, 0 } end
`;

/** One round trip: gives back what ran out, looks at every counter, holds all or none, and remembers the reservation. */
export const RESERVE = `${PRELUDE}
local known = redis.call('EXISTS', KEYS[1]) == 1
local refused = false
local states, found = {}, {}
for i, e in ipairs(P.entries) do
  local hi, lo = e.amount[1], e.amount[2]
  local over, aboveLimit
  if e.kind == 'rate' then
    local state = rate(e.key, e.slice)
    found[i] = state
    over = state.total + hi > e.ceiling[1]
    aboveLimit = state.total + hi > e.limit[1]
    states[i] = { state.total, 0, 0, 0, state.x, over and roomAt(e.key, e.slice, state, hi, e.ceiling[1]) or 0 }
  else
    local b = budget(e.key)
    found[i] = b
    states[i] = stateOf(b)
    local shi, slo = carry(b.uhi + b.rhi + hi, b.ulo + b.rlo + lo)
    over = above(shi, slo, e.ceiling)
    aboveLimit = above(shi, slo, e.limit)
  end
  found[i].above = aboveLimit
  if e.grace > 0 then over = aboveLimit and found[i].x > 0 and P.now >= found[i].x + e.grace end
  if e.hard and over then refused = true end
end
if known then return { 'repeated', states } end
if refused then return { 'refused', states } end
for i, e in ipairs(P.entries) do
  local b, c = found[i], counterKey(e.key)
  if e.kind == 'rate' then addRate(e.key, e.slice, P.now, b, e.amount[1])
  else
    hold(e, b, P.id, P.now + P.lease)
    redis.call('HSET', c, 'r', text(b.rhi), 's', text(b.rlo))
    if b.new then
      keep(c, e.ends)
      list(e, b)
    end
  end
  if e.grace > 0 and b.x == 0 and b.above then redis.call('HSET', c, 'x', text(P.now)) end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', text(P.lease + P.lateSettle))
return { 'held', states }`;

/** Counts what was never reserved. */
const COUNT = `
for _, e in ipairs(P.entries) do
  if e.kind == 'rate' then
    addRate(e.key, e.slice, P.at, rate(e.key, e.slice), e.amount[1])
  else use(e, budget(e.key), e.amount[1], e.amount[2]) end
end
redis.call('SET', KEYS[1], 'recorded', 'PX', text(P.endedKept))`;

/**
 * Ends a reservation: `settled` counts what was used, `released` counts nothing. Once. One that nobody knows is counted by
 * `entries`, where they are given.
 */
export const END = `${PRELUDE}
local record = redis.call('GET', KEYS[1])
if not record then
  if not P.entries then return { 'unknown', 0, {} } end
  ${COUNT}
  return { 'recorded', 0, {} }
end
if string.sub(record, 1, 1) ~= '{' then return { 'repeated', 0, {} } end
local held = cjson.decode(record)
local expired = 0
local over = {}
for _, e in ipairs(held.entries) do
  local used = { 0, 0 }
  if P.state == 'settled' then used = P.used[e.unit] or e.amount end
  local ohi, olo = carry(used[1] - e.amount[1], used[2] - e.amount[2])
  if ohi >= 0 and ohi + olo > 0 and above(ohi, olo, over[e.unit] or { 0, 0 }) then over[e.unit] = { ohi, olo } end
  if e.kind == 'rate' then
    addRate(e.key, e.slice, held.now, rate(e.key, e.slice), used[1] - e.amount[1])
  else
    local b = budget(e.key)
    if redis.call('ZREM', leasesKey(e.key), member(held.id, e)) == 1 then
      b.rhi, b.rlo = carry(b.rhi - e.amount[1], b.rlo - e.amount[2])
    elseif e.amount[1] ~= 0 or e.amount[2] ~= 0 then expired = 1 end
    if P.state == 'settled' then use(e, b, used[1], used[2])
    else redis.call('HSET', counterKey(e.key), 'r', text(b.rhi), 's', text(b.rlo)) end
  end
end
redis.call('SET', KEYS[1], P.state, 'PX', text(P.endedKept))
local overshoot = {}
for unit, amount in pairs(over) do overshoot[#overshoot + 1] = { unit, amount[1], amount[2] } end
return { 'ended', expired, overshoot }`;

export const EXTEND = `${PRELUDE}
local record = redis.call('GET', KEYS[1])
if not record then return 'unknown' end
if string.sub(record, 1, 1) ~= '{' then return 'ended' end
local held = cjson.decode(record)
for _, e in ipairs(held.entries) do
  if e.kind == 'budget' then
    local b = budget(e.key)
    hold(e, b, held.id, P.now + P.lease)
    redis.call('HSET', counterKey(e.key), 'r', text(b.rhi), 's', text(b.rlo))
  end
end
redis.call('PEXPIRE', KEYS[1], text(P.lease + P.lateSettle))
return 'held'`;

export const RECORD = `${PRELUDE}
if redis.call('EXISTS', KEYS[1]) == 1 then return 'repeated' end
${COUNT}
return 'recorded'`;

export const READ = `${PRELUDE}
local states = {}
for i, e in ipairs(P.entries) do
  if e.kind == 'rate' then
    local state = rate(e.key, e.slice)
    states[i] = { state.total, 0, 0, 0, state.x, 0 }
  else states[i] = stateOf(budget(e.key)) end
end
return states`;

export const LIST = `${PRELUDE}
local group = prefix .. 'g:' .. P.group
local keys = redis.call('ZREVRANGE', group, P.from, P.from + P.max - 1)
local listed = {}
for i, key in ipairs(keys) do listed[i] = { key, stateOf(budget(key)) } end
return { redis.call('ZCARD', group), listed }`;

export const CLAIM_ALERTS = `${PRELUDE}
local claimed = redis.call('ZRANGEBYSCORE', prefix .. 'alerts', '-inf', P.now, 'LIMIT', 0, P.max)
for _, alert in ipairs(claimed) do redis.call('ZADD', prefix .. 'alerts', text(P.now + P.hold), alert) end
return claimed`;

export const CONFIRM_ALERTS = `${PRELUDE}
for _, alert in ipairs(P.ids) do redis.call('ZREM', prefix .. 'alerts', alert) end
return 'confirmed'`;

export const IDENTIFY = `${PRELUDE}
redis.call('SET', prefix .. 'name', P.fresh, 'NX')
return redis.call('GET', prefix .. 'name')`;
