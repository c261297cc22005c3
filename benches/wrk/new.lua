-- A query that was not asked before, each time: no cache of whole answers helps. PATH_FORMAT takes a type, a day and a
-- number of records.
local types = { "call", "summit", "meeting", "visit", "dialogue", "appointment", "pledge", "statement" }
local format = os.getenv("PATH_FORMAT")
math.randomseed(tonumber(os.getenv("SEED") or os.time()))
request = function()
  local day = string.format("%04d-%02d-%02d", math.random(1979, 2024), math.random(1, 12), math.random(1, 28))
  return wrk.format("GET", string.format(format, types[math.random(#types)], day, math.random(15, 25)))
end
