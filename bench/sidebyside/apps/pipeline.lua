-- Sixteen requests in each piece.
local piece
init = function()
  local requests = {}
  for i = 1, 16 do requests[i] = wrk.format() end
  piece = table.concat(requests)
end
request = function() return piece end
