-- The handlers for nginx's Lua module. LuaJIT; HMAC from the OpenSSL that nginx has loaded already.
local ffi = require 'ffi'
local bit = require 'bit'
local cjson = require 'cjson.safe'
local base64 = require 'ngx.base64'
ffi.cdef [[
  const void *EVP_sha256(void);
  unsigned char *HMAC(const void *evp_md, const void *key, int key_len, const unsigned char *data, size_t n,
                      unsigned char *md, unsigned int *md_len);
]]
local sha256, mac, mac_length = ffi.C.EVP_sha256(), ffi.new('unsigned char[32]'), ffi.new('unsigned int[1]')
local secret = os.getenv('JWT_SECRET')
local handlers = {}

function handlers.script()
  local var, request = ngx.var, ngx.req
  local kind, id = var.uri:match('^/[^/]+/[^/]+/([^/]+)/([^/]+)')
  request.set_header('X-User-Id', id)
  request.set_header('X-Client', (var.http_user_agent or ''):upper() .. ';' .. (var.http_x_api_key or ''))
  request.set_uri('/1k/' .. kind .. '/' .. id)
  ngx.ctx.tag = 'done-' .. id
end

function handlers.compute()
  local token = (ngx.var.http_authorization or ''):match('^Bearer (.+)$')
  local head, payload, signature = (token or ''):match('^([^.]+)%.([^.]+)%.([^.]+)$')
  if not head then return ngx.exit(401) end
  local signed = head .. '.' .. payload
  ffi.C.HMAC(sha256, secret, #secret, signed, #signed, mac, mac_length)
  if base64.encode_base64url(ffi.string(mac, 32)) ~= signature then return ngx.exit(401) end
  local claims = cjson.decode(base64.decode_base64url(payload))
  if not claims or claims.exp < ngx.time() then return ngx.exit(401) end
  local path, hash = ngx.var.uri, 0
  for i = 0, 199 do hash = bit.tobit(hash * 31 + path:byte(i % #path + 1)) end
  ngx.req.set_header('X-Sub', claims.sub)
  ngx.req.set_header('X-Hash', bit.tohex(hash))
  ngx.req.set_uri('/1k/' .. claims.sub)
  ngx.ctx.tag = 'sub-' .. claims.sub
end

function handlers.tag()
  ngx.header['X-Script'] = ngx.ctx.tag
end

return handlers
