-- The handlers for HAProxy's Lua 5.3. It checks tokens with HAProxy's own converters, which are faster than Lua.
local secret = os.getenv('JWT_SECRET')

core.register_action('script', { 'http-req' }, function(txn)
  local kind, id = txn.f:path():match('^/[^/]+/[^/]+/([^/]+)/([^/]+)')
  local agent, key = txn.f:req_hdr('user-agent') or '', txn.f:req_hdr('x-api-key') or ''
  txn.http:req_set_header('X-User-Id', id)
  txn.http:req_set_header('X-Client', agent:upper() .. ';' .. key)
  txn.http:req_set_path('/1k/' .. kind .. '/' .. id)
  txn:set_var('txn.tag', 'done-' .. id)
end, 0)

core.register_action('compute', { 'http-req' }, function(txn)
  local token = (txn.f:req_hdr('authorization') or ''):match('^Bearer (.+)$')
  if not token or tonumber(txn.c:jwt_verify(token, 'HS256', secret)) ~= 1 then
    return txn:done(txn:reply { status = 401 })
  end
  local sub = txn.c:jwt_payload_query(token, '$.sub')
  local exp = tonumber(txn.c:jwt_payload_query(token, '$.exp', 'int'))
  if not exp or exp < core.now().sec then return txn:done(txn:reply { status = 401 }) end
  local path, hash = txn.f:path(), 0
  for i = 0, 199 do hash = (hash * 31 + path:byte(i % #path + 1)) & 0xffffffff end
  txn.http:req_set_header('X-Sub', sub)
  txn.http:req_set_header('X-Hash', string.format('%x', hash))
  txn.http:req_set_path('/1k/' .. sub)
  txn:set_var('txn.tag', 'sub-' .. sub)
end, 0)
