// The handlers for nginx's njs module, which answers with the path to ask the origin for, or '' to refuse.
import crypto from 'crypto';

const secret = process.env.JWT_SECRET;

function script(r) {
    const parts = r.uri.split('/');
    r.variables.subject = parts[4];
    r.variables.extra = (r.headersIn['User-Agent'] || '').toUpperCase() + ';' + (r.headersIn['X-Api-Key'] || '');
    return '/1k/' + parts[3] + '/' + parts[4];
}

function compute(r) {
    const authorization = r.headersIn['Authorization'] || '';
    const parts = authorization.startsWith('Bearer ') ? authorization.slice(7).split('.') : [];
    if (parts.length !== 3) {
        return '';
    }
    const mac = crypto.createHmac('sha256', secret).update(parts[0] + '.' + parts[1]).digest('base64url');
    if (mac !== parts[2]) {
        return '';
    }
    const claims = JSON.parse(Buffer.from(parts[1], 'base64url').toString());
    if (claims.exp * 1000 < Date.now()) {
        return '';
    }
    const path = r.uri;
    let hash = 0;
    for (let i = 0; i < 200; i++) {
        hash = (hash * 31 + path.charCodeAt(i % path.length)) | 0;
    }
    r.variables.subject = claims.sub;
    r.variables.extra = (hash >>> 0).toString(16);
    return '/1k/' + claims.sub;
}

function scriptTag(r) {
    r.headersOut['X-Script'] = 'done-' + r.variables.subject;
}

function computeTag(r) {
    if (r.variables.subject) {
        r.headersOut['X-Script'] = 'sub-' + r.variables.subject;
    }
}

export default { script, compute, scriptTag, computeTag };
