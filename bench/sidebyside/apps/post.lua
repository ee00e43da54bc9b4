local lines = {}
for i = 1, 24 do lines[i] = string.format('{"article":"number %d","price":%d}', i, i * 3) end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"customer":"somebody","lines":[' .. table.concat(lines, ",") .. ']}'
