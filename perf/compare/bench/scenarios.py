"""What is measured: for each scenario who takes part, in which mode, and under which load."""
import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass, field

SECRET = os.environ.setdefault('JWT_SECRET', 'a-secret-of-the-comparison-0123456789')
BROWSER = [
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'Accept-Language: en-GB,en;q=0.5',
    'Cookie: session=0123456789abcdef; theme=dark',
    'X-Api-Key: key-7',
]


def token():
    """A bearer token that the compute handlers accept."""
    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b'=')
    claims = {'sub': 'user-42', 'exp': 4102444800, 'iss': 'https://issuer.example', 'scope': 'read write', 'name': 'Ada Lovelace'}
    signed = part(b'{"alg":"HS256","typ":"JWT"}') + b'.' + part(json.dumps(claims).encode())
    return (signed + b'.' + part(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest())).decode()


@dataclass(frozen=True)
class Load:
    path: str
    connections: int = 64
    options: tuple = ()   # further options of tools/load
    headers: tuple = ()


@dataclass(frozen=True)
class Scenario:
    title: str
    mode: str
    load: Load
    kind: str = 'closed'  # closed, open, idle, cold, deploy: see run
    beside: tuple = ()    # peers that take part in mode proxy as well, for what the handler costs
    check: tuple = field(default=())  # (field, value) that the origin must have seen


ROUTED = '/svc/57/items?page=2'
HANDLED = Load('/api/v1/users/42?x=1', headers=tuple(BROWSER))
SIGNED = Load('/api/v1/users/42?x=1', headers=(*BROWSER, 'Authorization: Bearer ' + token()))
SEEN_REWRITE = (('get /1k/users/42', ''), ('x-user-id', '42'), ('x-client', BROWSER[0][12:].upper() + ';key-7'))
SEEN_COMPUTE = (('get /1k/user-42', ''), ('x-sub', 'user-42'))

SCENARIOS = {
    'plain': Scenario('keep-alive GET, 1 KB, 64 connections', 'proxy', Load(ROUTED)),
    'browser': Scenario('the same with the fields that a browser sends', 'proxy', Load(ROUTED, headers=tuple(BROWSER))),
    'connect': Scenario('a connection for each request, 1 KB, 32 at a time', 'proxy', Load(ROUTED, 32, ('-n',))),
    '10k': Scenario('keep-alive GET, 10 KB', 'proxy', Load('/10k')),
    '1m': Scenario('keep-alive GET, 1 MB, 16 connections', 'proxy', Load('/1m', 16)),
    'post': Scenario('keep-alive POST, 10 KB', 'proxy', Load('/upload', 64, ('-b', '10240'))),
    'rewrite': Scenario('a script rewrites path and fields', 'script', HANDLED, beside=('nginx', 'penstock'), check=SEEN_REWRITE),
    'compute': Scenario('a script checks a JWT and loops 200 times', 'compute', SIGNED, check=SEEN_COMPUTE),
    'filter': Scenario('the same rewrite in the proxy\'s own language', 'filter', HANDLED, beside=('nginx', 'penstock'), check=SEEN_REWRITE),
    'open': Scenario('open loop at 70 % of saturation, 1 KB', 'proxy', Load(ROUTED), kind='open'),
    'open-rewrite': Scenario('open loop at 70 %, scripted rewrite', 'script', HANDLED, kind='open', check=SEEN_REWRITE),
    'idle': Scenario('idle keep-alive connections', 'proxy', Load(ROUTED), kind='idle'),
    'cold': Scenario('start, then 1,000 requests/s at once', 'proxy', Load(ROUTED), kind='cold'),
    'cold-rewrite': Scenario('start with a script, then 1,000 requests/s at once', 'script', HANDLED, kind='cold', check=SEEN_REWRITE),
    'deploy': Scenario('open loop at 30 % while a script is deployed each second', 'script', HANDLED, kind='deploy', check=SEEN_REWRITE),
}
