-- Keeps what hitless wrote in a member cluster: the fields that the annotation hitless.dev/injected of the member's object records and
-- that still hold the recorded value, wherever the control plane's object does not ask for something else.
-- For Karmada's interpreter: Lua 5.1 with the libraries string, table and math.

-- What hitless may write, with what an API server fills in there: such a value was not written by the author.
local nothing = {}
local pod = "spec.template.spec."
local hook, probe = pod .. "containers[*].lifecycle.preStop.", pod .. "containers[*].readinessProbe."
local fields = {
  ["spec.minReadySeconds"] = 0,
  ["spec.strategy.rollingUpdate.maxUnavailable"] = "25%",
  ["spec.strategy.rollingUpdate.maxSurge"] = "25%",
  ["spec.updateStrategy.rollingUpdate.maxUnavailable"] = 1,
  ["spec.updateStrategy.rollingUpdate.maxSurge"] = 0,
  ["spec.strategy.canary.maxUnavailable"] = nothing,
  ["spec.strategy.canary.maxSurge"] = nothing,
  [pod .. "terminationGracePeriodSeconds"] = 30,
  [hook .. "sleep"] = nothing,
  [hook .. "exec"] = nothing,
  [probe .. "httpGet"] = nothing,
  [probe .. "tcpSocket"] = nothing,
  [probe .. "grpc"] = nothing,
  [probe .. "initialDelaySeconds"] = 0,
  [probe .. "periodSeconds"] = 10,
  [probe .. "timeoutSeconds"] = 1,
  [probe .. "successThreshold"] = 1,
  [probe .. "failureThreshold"] = 3,
}
local handlers = { "httpGet", "tcpSocket", "grpc", "exec", "sleep" }

-- JSON, which the interpreter has no library for. Each function returns the value and the position behind it.
local value
local function text(json, at)
  local finish = string.find(json, '["\\]', at + 1)
  while finish ~= nil and string.sub(json, finish, finish) == "\\" do
    finish = string.find(json, '["\\]', finish + 2)
  end
  if finish == nil then error("unfinished string") end
  -- What hitless writes needs no escapes but of quotes and of themselves.
  return (string.gsub(string.sub(json, at + 1, finish - 1), "\\(.)", "%1")), finish + 1
end

local function skip(json, at) return string.find(json, "[^ \t\r\n]", at) or #json + 1 end

-- The members of an object or the items of a list, up to `close`.
local function members(json, at, close)
  local result, count, key = {}, 0, nil
  at = skip(json, at + 1)
  while string.sub(json, at, at) ~= close do
    if close == "}" then
      key, at = text(json, at)
      at = skip(json, at) + 1
    else
      count = count + 1
      key = count
    end
    result[key], at = value(json, at)
    at = skip(json, at)
    if string.sub(json, at, at) == "," then at = skip(json, at + 1) end
  end
  return result, at + 1
end

function value(json, at)
  at = skip(json, at)
  local first = string.sub(json, at, at)
  if first == "{" then return members(json, at, "}") end
  if first == "[" then return members(json, at, "]") end
  if first == '"' then return text(json, at) end
  local word = string.match(json, "^[%w%.%+%-]+", at) or error("not JSON")
  if word == "true" or word == "false" then return word == "true", at + #word end
  return tonumber(word), at + #word
end

-- The record of an object; empty where there is none, or none that can be read.
local function recordOf(object)
  local annotation = (object.metadata.annotations or {})["hitless.dev/injected"]
  if type(annotation) ~= "string" then return {} end
  local read, record = pcall(value, annotation, 1)
  return read and type(record) == "table" and record or {}
end

-- Paths such as spec.template.spec.containers[web].readinessProbe: keys, and in brackets the name of a container.
local function parent(path) return (string.match(path, "^(.*)%.[^.]+$")) end
local function last(path) return (string.match(path, "[^.]+$")) end
local function field(path) return fields[(string.gsub(path, "%[[^%]]*%]", "[*]"))] end

local function step(object, bracket, key)
  if type(object) ~= "table" then return nil end
  if bracket == "" then return object[key] end
  for _, item in ipairs(object) do
    if type(item) == "table" and item.name == key then return item end
  end
end

local function get(object, path)
  for bracket, key in string.gmatch(path, "(%[?)([^.%[%]]+)") do
    object = step(object, bracket, key)
  end
  return object
end

-- With the objects that are missing on the way; the container of the path is there.
local function set(object, path, new)
  for bracket, key in string.gmatch(parent(path), "(%[?)([^.%[%]]+)") do
    local child = step(object, bracket, key) or {}
    if bracket == "" then object[key] = child end
    object = child
  end
  object[last(path)] = new
end

-- What is recorded, perhaps completed by an API server: scheme HTTP, path /.
local function holds(found, recorded)
  if type(recorded) ~= "table" or type(found) ~= "table" then return found == recorded end
  for key, item in pairs(recorded) do
    if not holds(found[key], item) then return false end
  end
  return #found == #recorded
end

local function hasHandler(object, prefix)
  for _, handler in ipairs(handlers) do
    if type(object) == "table" and object[prefix .. handler] ~= nil then return true end
  end
  return false
end

local function isZero(limit) return limit == 0 or limit == "0" or limit == "0%" end

-- The author's own handler comes before ours, and so do the numbers beside it.
local function isAnother(desired, path, record)
  local home = parent(path)
  if not hasHandler(get(desired, home), "") then return false end
  if last(home) == "preStop" then return get(desired, path) == nil end
  return last(home) == "readinessProbe" and hasHandler(record, home .. ".")
end

-- True where the control plane asks for nothing at the path: it is absent, or the API's default, which nobody fills into a custom
-- resource. Where hitless raised a value, that value must still be asked for.
local function isFree(desired, path, record)
  local home = string.match(path, "^.*%]") or string.match(path, "^spec%.template%.spec")
  if home ~= nil and get(desired, home) == nil then return false end
  local found = get(desired, path)
  local raised = type(record.was) == "table" and record.was[path]
  if raised then return holds(found, raised) end
  return found == nil or (desired.kind ~= "Rollout" and found == field(path))
end

-- True where the API server would refuse the value beside what the control plane asks for.
local function collides(desired, path, new)
  local spec = desired.spec
  local strategy = spec.strategy or spec.updateStrategy or {}
  if string.find(path, "rollingUpdate", 1, true) then return (strategy.type or "RollingUpdate") ~= "RollingUpdate" end
  if string.find(path, "canary", 1, true) then return strategy.canary == nil end
  if path == "spec.minReadySeconds" then return new >= (spec.progressDeadlineSeconds or 600) end
  return last(path) == "sleep" and new.seconds > (spec.template.spec.terminationGracePeriodSeconds or 30)
end

-- One of the two limits must let a rollout go on; of a DaemonSet, only one may.
local function isStuck(desired, path)
  local limits = get(desired, parent(path))
  if desired.kind == "DaemonSet" then return isZero(limits.maxUnavailable) == isZero(limits.maxSurge or 0) end
  return isZero(limits.maxUnavailable) and isZero(limits.maxSurge)
end

-- As Karmada's own interpreter does: this script takes its place.
local function retainReplicas(desired, observed)
  local labels = desired.metadata.labels or {}
  if labels["resourcetemplate.karmada.io/retain-replicas"] == "true" then desired.spec.replicas = observed.spec.replicas end
end

function Retain(desiredObj, observedObj)
  retainReplicas(desiredObj, observedObj)
  local record = recordOf(observedObj)
  local paths, before, limits = {}, {}, nil
  for path, recorded in pairs(record) do
    if field(path) ~= nil and holds(get(observedObj, path), recorded) and isFree(desiredObj, path, record)
      and not isAnother(desiredObj, path, record) then
      table.insert(paths, path)
    end
  end
  -- Backwards: the grace period comes before the sleeps that must fit into it.
  table.sort(paths, function(a, b) return a > b end)
  for _, path in ipairs(paths) do
    local new = get(observedObj, path)
    if not collides(desiredObj, path, new) then
      before[path] = { get(desiredObj, path) }
      set(desiredObj, path, new)
      if string.find(path, "%.max%a+$") then limits = path end
    end
  end
  if limits ~= nil and isStuck(desiredObj, limits) then
    for _, path in ipairs({ parent(limits) .. ".maxUnavailable", parent(limits) .. ".maxSurge" }) do
      if before[path] ~= nil then set(desiredObj, path, before[path][1]) end
    end
  end
  return desiredObj
end
