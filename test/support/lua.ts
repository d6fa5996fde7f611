// Lua scripts of the GitOps packs, run by the real lua5.1 with no more than Karmada's interpreter gives them.

import { execFileSync, spawnSync } from 'node:child_process';
import type { Json } from '../../src/workload/json.ts';

/** Added to the names of tests; empty where Lua is there. */
export const noLua =
  spawnSync('lua5.1', ['-v']).error === undefined
    ? ''
    : ' (skipped: no lua5.1 on the PATH, Debian has a package lua5.1)';

// Karmada opens base, package, string, table and math, and takes these away: pkg/resourceinterpreter/customized/declarative/luavm/lua.go.
const sandbox = `
local write, gone = io.write, {}
for name in string.gmatch([[collectgarbage dofile getfenv getmetatable load loadfile loadstring rawequal rawget rawset setfenv
  setmetatable module newproxy]], "%a+") do
  _G[name] = function() error("call function " .. name .. " is not supported") end
end
io, debug, coroutine = nil, nil, nil
local function quoted(text)
  return '"' .. string.gsub(text, '[%c"\\\\]', function(c) return string.format("\\\\u%04x", string.byte(c)) end) .. '"'
end
local function json(value)
  if type(value) == "string" then return quoted(value) end
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  if #value > 0 then
    for i, item in ipairs(value) do parts[i] = json(item) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for key, item in pairs(value) do table.insert(parts, quoted(key) .. ":" .. json(item)) end
  return "{" .. table.concat(parts, ",") .. "}"
end
local function answer(...) write(json((...)), "\\n") end
`;

/** What the function `name` of `script` returns for each of `calls`. An empty list comes back as an empty object. */
export function callLua(script: string, name: string, calls: readonly (readonly Json[])[]): readonly Json[] {
  // A function for each: Lua allows only so many constants in one.
  const lines = calls.map((values) => `;(function() answer(${name}(${values.map(literal).join(', ')})) end)()`);
  const program = `${sandbox}\n${script}\n${lines.join('\n')}\n`;
  const out = execFileSync('lua5.1', ['-'], { input: program, maxBuffer: 2 ** 28 }).toString();
  return out.split('\n', calls.length).map((line) => JSON.parse(line));
}

function literal(value: Json | undefined): string {
  if (value === null || value === undefined) return 'nil';
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return `${value}`;
  if (Array.isArray(value)) return `{${value.map(literal).join(',')}}`;
  return `{${Object.entries(value)
    .map(([key, item]) => `[${quoted(key)}]=${literal(item)}`)
    .join(',')}}`;
}

function quoted(text: string): string {
  const escaped = Array.from(Buffer.from(text), (byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
      ? `\\${byte.toString().padStart(3, '0')}`
      : String.fromCharCode(byte),
  );
  return `"${escaped.join('')}"`;
}
