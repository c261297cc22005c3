-- A query that was not asked before, each time: no cache of whole answers helps. PATH_FORMAT takes a type, a day and a
-- number of records; days are of 1979 to LAST_YEAR (2024): late ones leave few records of a small data set.
local types = { "call", "summit", "meeting", "visit", "dialogue", "appointment", "pledge", "statement" }
local format = os.getenv("PATH_FORMAT")
local last = tonumber(os.getenv("LAST_YEAR") or 2024)
math.randomseed(tonumber(os.getenv("SEED") or os.time()))
request = function()
  local day = string.format("%04d-%02d-%02d", math.random(1979, last), math.random(1, 12), math.random(1, 28))
  return wrk.format("GET", string.format(format, types[math.random(#types)], day, math.random(15, 25)))
end
