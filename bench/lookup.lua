-- In turn POST /status with a random pair, and GET of the page it leads to, as a browser with a session sends them;
-- GET /empty for the limit. Arguments: "empty", or the files of sessions (cookie TAB token), of pairs (NPI TAB
-- Application ID) and of the cookies of sessions in which an application is open.
local requests, pages, turn = {}, {}, 0

local function lines_of(path)
  local found = {}
  for line in io.lines(path) do found[#found + 1] = line end
  return found
end

local function escaped(text)
  return (text:gsub("[^%w%-%._~]", function(c) return string.format("%%%02X", c:byte()) end))
end

function init(args)
  if args[1] == "empty" then
    requests[1] = wrk.format("GET", "/empty")
    return
  end
  local sessions, pairs_ = lines_of(args[1]), lines_of(args[2])
  for place, line in ipairs(pairs_) do
    local npi, id = line:match("^(%d+)\t(.+)$")
    local cookie, token = sessions[place % #sessions + 1]:match("^(.-)\t(.+)$")
    local body = "npi=" .. npi .. "&application_id=" .. escaped(id) .. "&csrf_token=" .. escaped(token)
    local headers = { ["Content-Type"] = "application/x-www-form-urlencoded", ["Cookie"] = cookie }
    requests[place] = wrk.format("POST", "/status", headers, body)
  end
  for place, cookie in ipairs(lines_of(args[3])) do
    pages[place] = wrk.format("GET", "/status/application", { ["Cookie"] = cookie })
  end
  math.randomseed(os.time())
end

function request()
  turn = turn + 1
  local chosen = (turn % 2 == 0 and #pages > 0) and pages or requests
  return chosen[math.random(#chosen)]
end

function done(summary)
  local errors = summary.errors
  io.write(string.format("\nfigures %d %d %d %d %d\n", summary.requests, summary.duration, summary.bytes,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
