// URLPattern (URL Pattern Standard): tokenizer, pattern parser, constructor strings, matching by regular expressions.
(lib) => {
  'use strict';
  const { host, p, isObject, USVString, append } = lib;
  const { TypeError } = p;
  const bad = (message) => { throw new TypeError(`URLPattern: ${message}`); };

  // ---- code points ----------------------------------------------------------------------------------------------------
  // Letters beyond ASCII may be in names; what a letter is, the engine's own regular expressions know.
  const ID_START = new p.RegExp('^[$_\\p{ID_Start}]$', 'u');
  const ID_PART = new p.RegExp('^[$_\\u200c\\u200d\\p{ID_Continue}]$', 'u');
  const matches = (re, s) => p.regExpExec(re, s) !== null;
  const points = (s) => {
    const out = [];
    for (let i = 0; i < s.length;) {
      const c = p.codePointAt(s, i);
      const n = c > 0xffff ? 2 : 1;
      append(out, p.slice(s, i, i + n));
      i += n;
    }
    return out;
  };
  const textOf = (chars, from, to) => {
    let s = '';
    for (let i = from; i < to; i++) s += chars[i];
    return s;
  };

  // ---- tokenizer (§2.1.1) ---------------------------------------------------------------------------------------------
  const tokenize = (input, lenient) => {
    const chars = points(input);
    const tokens = [];
    let at = 0;
    const add = (type, next, valueAt, valueEnd) => {
      append(tokens, { __proto__: null, type, index: at, value: textOf(chars, valueAt, valueEnd) });
      at = next;
    };
    const fail = (next, message) => {
      if (!lenient) bad(message);
      add('invalid-char', next, at, next);
    };
    while (at < chars.length) {
      const c = chars[at];
      if (c === '*') add('asterisk', at + 1, at, at + 1);
      else if (c === '+' || c === '?') add('other-modifier', at + 1, at, at + 1);
      else if (c === '\\') {
        if (at === chars.length - 1) fail(at + 1, 'the pattern ends in a backslash');
        else add('escaped-char', at + 2, at + 1, at + 2);
      } else if (c === '{') add('open', at + 1, at, at + 1);
      else if (c === '}') add('close', at + 1, at, at + 1);
      else if (c === ':') {
        let end = at + 1;
        while (end < chars.length && matches(end === at + 1 ? ID_START : ID_PART, chars[end])) end++;
        if (end === at + 1) fail(at + 1, 'a colon without a name');
        else add('name', end, at + 1, end);
      } else if (c === '(') {
        regexpToken(chars, at, add, fail);
      } else add('char', at + 1, at, at + 1);
    }
    append(tokens, { __proto__: null, type: 'end', index: at, value: '' });
    tokens.chars = chars;
    return tokens;
  };
  const regexpToken = (chars, at, add, fail) => {
    let depth = 1;
    let i = at + 1;
    const start = i;
    while (i < chars.length) {
      const c = chars[i];
      if (p.codePointAt(c, 0) > 127) return fail(start, 'a regular expression with a character beyond ASCII');
      if (i === start && c === '?') return fail(start, 'a regular expression begins with a question mark');
      if (c === '\\') {
        if (i === chars.length - 1) return fail(start, 'a regular expression ends in a backslash');
        if (p.codePointAt(chars[i + 1], 0) > 127) return fail(start, 'a regular expression with a character beyond ASCII');
        i += 2;
        continue;
      }
      if (c === ')') {
        if (--depth === 0) {
          i++;
          break;
        }
      } else if (c === '(') {
        depth++;
        if (i === chars.length - 1) return fail(start, 'a parenthesis is not closed');
        if (chars[i + 1] !== '?') return fail(start, 'a group that captures within a regular expression');
      }
      i++;
    }
    if (depth !== 0) return fail(start, 'a parenthesis is not closed');
    if (i - start - 1 === 0) return fail(start, 'an empty regular expression');
    return add('regexp', i, start, i - 1);
  };

  // ---- pattern parser (§2.1.3) ----------------------------------------------------------------------------------------
  const segmentWildcard = (options) => (options.delimiter === '' ? '.+?' : `[^${escapeRegExp(options.delimiter)}]+?`);
  const FULL_WILDCARD = '.*';
  const escapeRegExp = (s) => {
    let out = '';
    for (let i = 0; i < s.length; i++) out += p.indexOf('.+*?^${}()[]|/\\', s[i]) >= 0 ? `\\${s[i]}` : s[i];
    return out;
  };
  const parsePattern = (input, options, encode) => {
    const tokens = tokenize(input, false);
    const parts = [];
    const names = p.bare();
    let pending = '';
    let nextName = 0;
    let at = 0;
    const take = (type) => (tokens[at].type === type ? tokens[at++] : null);
    const takeModifier = () => take('other-modifier') ?? take('asterisk');
    const takeName = (nameToken) => take('regexp') ?? (nameToken === null ? take('asterisk') : null);
    const flush = () => {
      if (pending === '') return;
      append(parts, { __proto__: null, type: 'fixed', value: encode(pending), modifier: '', name: '', prefix: '', suffix: '' });
      pending = '';
    };
    const addPart = (prefix, nameToken, regexpToken_, suffix, modifierToken) => {
      const modifier = modifierToken === null ? '' : modifierToken.value;
      if (nameToken === null && regexpToken_ === null && modifier === '') {
        pending += prefix;
        return;
      }
      flush();
      if (nameToken === null && regexpToken_ === null) {
        if (prefix === '') return;
        append(parts, { __proto__: null, type: 'fixed', value: encode(prefix), modifier, name: '', prefix: '', suffix: '' });
        return;
      }
      let value = regexpToken_ === null ? segmentWildcard(options)
        : regexpToken_.type === 'asterisk' ? FULL_WILDCARD : regexpToken_.value;
      let type = 'regexp';
      if (value === segmentWildcard(options)) {
        type = 'segment';
        value = '';
      } else if (value === FULL_WILDCARD) {
        type = 'full';
        value = '';
      }
      let name = '';
      if (nameToken !== null) name = nameToken.value;
      else if (regexpToken_ !== null) name = `${nextName++}`;
      if (names[name] === true) bad(`the name "${name}" is used twice`);
      names[name] = true;
      append(parts, {
        __proto__: null, type, value, modifier, name, prefix: encode(prefix), suffix: encode(suffix),
      });
    };
    const text = () => {
      let s = '';
      for (;;) {
        const t = take('char') ?? take('escaped-char');
        if (t === null) return s;
        s += t.value;
      }
    };
    while (at < tokens.length) {
      const charToken = take('char');
      const nameToken = take('name');
      let regexp = takeName(nameToken);
      if (nameToken !== null || regexp !== null) {
        let prefix = charToken === null ? '' : charToken.value;
        if (prefix !== '' && prefix !== options.prefix) {
          pending += prefix;
          prefix = '';
        }
        flush();
        addPart(prefix, nameToken, regexp, '', takeModifier());
        continue;
      }
      const fixed = charToken ?? take('escaped-char');
      if (fixed !== null) {
        pending += fixed.value;
        continue;
      }
      if (take('open') !== null) {
        const prefix = text();
        const name = take('name');
        regexp = takeName(name);
        const suffix = text();
        if (take('close') === null) bad('a brace is not closed');
        addPart(prefix, name, regexp, suffix, takeModifier());
        continue;
      }
      flush();
      if (take('end') === null) bad(`unexpected "${tokens[at].value}"`);
      break;
    }
    return parts;
  };
  const toRegExp = (parts, options) => {
    let s = '^';
    const names = [];
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i];
      if (part.type === 'fixed') {
        s += part.modifier === '' ? escapeRegExp(part.value) : `(?:${escapeRegExp(part.value)})${part.modifier}`;
        continue;
      }
      append(names, part.name);
      const value = part.type === 'segment' ? segmentWildcard(options) : part.type === 'full' ? FULL_WILDCARD : part.value;
      const prefix = escapeRegExp(part.prefix);
      const suffix = escapeRegExp(part.suffix);
      if (prefix === '' && suffix === '') {
        s += part.modifier === '' || part.modifier === '?' ? `(${value})${part.modifier}` : `((?:${value})${part.modifier})`;
      } else if (part.modifier === '' || part.modifier === '?') {
        s += `(?:${prefix}(${value})${suffix})${part.modifier}`;
      } else {
        const more = part.modifier === '*' ? '?' : '';
        s += `(?:${prefix}((?:${value})(?:${suffix}${prefix}(?:${value}))*)${suffix})${more}`;
      }
    }
    return { __proto__: null, source: `${s}$`, names };
  };
  const escapePattern = (s) => {
    let out = '';
    for (let i = 0; i < s.length; i++) out += p.indexOf('+*?:{}()\\', s[i]) >= 0 ? `\\${s[i]}` : s[i];
    return out;
  };
  const isIdPart = (s) => s !== '' && matches(ID_PART, points(s)[0]);
  const toPatternString = (parts, options) => {
    let s = '';
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i];
      const previous = i > 0 ? parts[i - 1] : null;
      const next = i < parts.length - 1 ? parts[i + 1] : null;
      if (part.type === 'fixed') {
        s += part.modifier === '' ? escapePattern(part.value) : `{${escapePattern(part.value)}}${part.modifier}`;
        continue;
      }
      const isCustom = !(part.name[0] >= '0' && part.name[0] <= '9');
      let grouped = part.suffix !== '' || (part.prefix !== '' && part.prefix !== options.prefix);
      if (!grouped && isCustom && part.type === 'segment' && part.modifier === '' && next !== null && next.prefix === ''
        && next.suffix === '') {
        grouped = next.type === 'fixed' ? isIdPart(next.value) : next.name[0] >= '0' && next.name[0] <= '9';
      }
      if (!grouped && part.prefix === '' && previous !== null && previous.type === 'fixed'
        && previous.value[previous.value.length - 1] === options.prefix && options.prefix !== '') grouped = true;
      if (grouped) s += '{';
      s += escapePattern(part.prefix);
      if (isCustom) s += `:${part.name}`;
      if (part.type === 'regexp') {
        s += `(${part.value})`;
      } else if (part.type === 'segment' && !isCustom) {
        s += `(${segmentWildcard(options)})`;
      } else if (part.type === 'full') {
        const star = !isCustom && (previous === null || previous.type === 'fixed' || previous.modifier !== '' || grouped
          || part.prefix !== '');
        s += star ? '*' : `(${FULL_WILDCARD})`;
      }
      if (part.type === 'segment' && isCustom && part.suffix !== '' && isIdPart(part.suffix)) s += '\\';
      s += escapePattern(part.suffix);
      if (grouped) s += '}';
      s += part.modifier;
    }
    return s;
  };

  // ---- canonicalization (§3.2): what a URL would make of each component -------------------------------------------------
  const SPECIAL = ['http', 'https', 'ws', 'wss', 'ftp', 'file'];
  const isSpecial = (scheme) => p.indexOfItem(SPECIAL, scheme) >= 0;
  const DEFAULT_PORTS = { __proto__: null, http: '80', ws: '80', https: '443', wss: '443', ftp: '21' };
  const dummy = (scheme = 'https') => host.urlParse(`${scheme}://dummy.invalid/`, null);
  const canon = {
    __proto__: null,
    protocol: (s) => {
      if (s === '') return s;
      const u = host.urlParse(`${s}://dummy.invalid/`, null);
      if (u === null) bad(`"${s}" is not a protocol`);
      return p.slice(u.protocol(), 0, -1);
    },
    username: (s) => { const u = dummy(); u.setUsername(s); return u.username(); },
    password: (s) => { const u = dummy(); u.setPassword(s); return u.password(); },
    hostname: (s, scheme = '') => {
      if (s === '') return s;
      const out = host.hostParse(s, scheme !== '' && !isSpecial(scheme));
      if (out === null) bad(`"${s}" is not a host`);
      return out;
    },
    ipv6: (s) => {
      for (let i = 0; i < s.length; i++) {
        if (p.indexOf('0123456789abcdefABCDEF[]:', s[i]) < 0) bad(`"${s}" is not part of an IPv6 address`);
      }
      return lib.asciiLower(s);
    },
    // As the basic URL parser in its port state: digits count up to what is none, tabs and line ends do not.
    port: (s, scheme) => {
      if (s === '') return s;
      let n = 0;
      let digits = 0;
      for (let i = 0; i < s.length; i++) {
        if (p.indexOf('\t\n\r', s[i]) >= 0) continue;
        if (s[i] < '0' || s[i] > '9') break;
        n = n * 10 + (s[i] - 0);
        digits++;
      }
      if (digits === 0 || n > 65535) bad(`"${s}" is not a port`);
      return scheme !== undefined && DEFAULT_PORTS[scheme] === `${n}` ? '' : `${n}`;
    },
    pathname: (s) => {
      if (s === '') return s;
      const leads = s[0] === '/';
      const u = dummy();
      u.setPathname(leads ? s : `/-${s}`);
      return leads ? u.pathname() : p.slice(u.pathname(), 2);
    },
    opaquePathname: (s) => {
      if (s === '') return s;
      return host.opaquePath(s);
    },
    search: (s) => { if (s === '') return s; const u = dummy(); u.setSearch(s[0] === '?' ? `?${s}` : s); return p.slice(u.search(), 1); },
    hash: (s) => { if (s === '') return s; const u = dummy(); u.setHash(s[0] === '#' ? `#${s}` : s); return p.slice(u.hash(), 1); },
  };
  const plain = (encode) => (s) => encode(s);

  // ---- constructor strings (§2.1.5) -------------------------------------------------------------------------------------
  const parseConstructorString = (input) => {
    const tokens = tokenize(input, true);
    const { chars } = tokens;
    const result = p.bare();
    let state = 'init';
    let componentStart = 0;
    let at = 0;
    let step = 1;
    let group = 0;
    let brackets = 0;
    let isSpecialProtocol = false;
    const token = (i) => (i < tokens.length ? tokens[i] : tokens[tokens.length - 1]);
    const isNonSpecial = (i, value) => {
      const t = token(i);
      return t.value === value && (t.type === 'char' || t.type === 'escaped-char' || t.type === 'invalid-char');
    };
    const isSearchPrefix = () => {
      if (isNonSpecial(at, '?')) return true;
      if (tokens[at].value !== '?') return false;
      if (at === 0) return true;
      const { type } = token(at - 1);
      return type !== 'name' && type !== 'regexp' && type !== 'close' && type !== 'asterisk';
    };
    const componentText = () => textOf(chars, token(componentStart).index, tokens[at].index);
    const change = (next, skip) => {
      if (state !== 'init' && state !== 'authority' && state !== 'done') result[state] = componentText();
      if (state !== 'init' && next !== 'done') {
        const before = ['protocol', 'authority', 'username', 'password'];
        if ((p.indexOfItem(before, state) >= 0) && (next === 'port' || next === 'pathname' || next === 'search' || next === 'hash')
          && result.hostname === undefined) result.hostname = '';
        if ((p.indexOfItem(before, state) >= 0 || state === 'hostname' || state === 'port')
          && (next === 'search' || next === 'hash') && result.pathname === undefined) {
          result.pathname = isSpecialProtocol ? '/' : '';
        }
        if ((p.indexOfItem(before, state) >= 0 || state === 'hostname' || state === 'port' || state === 'pathname')
          && next === 'hash' && result.search === undefined) result.search = '';
      }
      state = next;
      at += skip;
      componentStart = at;
      step = 0;
    };
    const rewindTo = (next) => {
      at = componentStart;
      step = 0;
      state = next;
    };
    const isAuthoritySlashes = () => isNonSpecial(at + 1, '/') && isNonSpecial(at + 2, '/');
    while (at < tokens.length) {
      step = 1;
      const t = tokens[at];
      if (t.type === 'end') {
        if (state === 'init') {
          at = componentStart;
          if (isNonSpecial(at, '#')) change('hash', 1);
          else if (isSearchPrefix()) change('search', 1);
          else change('pathname', 0);
          at += step;
          continue;
        }
        if (state === 'authority') {
          rewindTo('hostname');
          at += step;
          continue;
        }
        change('done', 0);
        break;
      }
      if (t.type === 'open') {
        group++;
        at += step;
        continue;
      }
      if (group > 0) {
        if (t.type === 'close') group--;
        else {
          at += step;
          continue;
        }
      }
      switch (state) {
        case 'init':
          if (isNonSpecial(at, ':')) rewindTo('protocol');
          break;
        case 'protocol':
          if (isNonSpecial(at, ':')) {
            isSpecialProtocol = matchesSpecial(componentText());
            if (isAuthoritySlashes()) change('authority', 3);
            else if (isSpecialProtocol) change('authority', 1);
            else change('pathname', 1);
          }
          break;
        case 'authority':
          if (isNonSpecial(at, '@')) rewindTo('username');
          else if (isNonSpecial(at, '/') || isSearchPrefix() || isNonSpecial(at, '#')) rewindTo('hostname');
          break;
        case 'username':
          if (isNonSpecial(at, ':')) change('password', 1);
          else if (isNonSpecial(at, '@')) change('hostname', 1);
          break;
        case 'password':
          if (isNonSpecial(at, '@')) change('hostname', 1);
          break;
        case 'hostname':
          if (isNonSpecial(at, '[')) brackets++;
          else if (isNonSpecial(at, ']')) brackets--;
          else if (isNonSpecial(at, ':') && brackets === 0) change('port', 1);
          else if (isNonSpecial(at, '/')) change('pathname', 0);
          else if (isSearchPrefix()) change('search', 1);
          else if (isNonSpecial(at, '#')) change('hash', 1);
          break;
        case 'port':
          if (isNonSpecial(at, '/')) change('pathname', 0);
          else if (isSearchPrefix()) change('search', 1);
          else if (isNonSpecial(at, '#')) change('hash', 1);
          break;
        case 'pathname':
          if (isSearchPrefix()) change('search', 1);
          else if (isNonSpecial(at, '#')) change('hash', 1);
          break;
        case 'search':
          if (isNonSpecial(at, '#')) change('hash', 1);
          break;
        default:
      }
      at += step;
    }
    if (result.hostname !== undefined && result.port === undefined) result.port = '';
    return result;
  };
  const matchesSpecial = (pattern) => {
    const c = compile(pattern, canon.protocol, DEFAULT_OPTIONS, false);
    return componentMatchesSpecial(c);
  };
  const componentMatchesSpecial = (c) => {
    for (let i = 0; i < SPECIAL.length; i++) if (p.regExpExec(c.regexp, SPECIAL[i]) !== null) return true;
    return false;
  };

  // ---- components -----------------------------------------------------------------------------------------------------
  const DEFAULT_OPTIONS = { __proto__: null, delimiter: '', prefix: '' };
  const HOSTNAME_OPTIONS = { __proto__: null, delimiter: '.', prefix: '' };
  const PATHNAME_OPTIONS = { __proto__: null, delimiter: '/', prefix: '/' };
  const compile = (pattern, encode, options, ignoreCase) => {
    const parts = parsePattern(pattern, options, plain(encode));
    const { source, names } = toRegExp(parts, options);
    let regexp;
    try {
      regexp = new p.RegExp(source, ignoreCase ? 'vi' : 'v');
    } catch {
      bad(`the regular expression in "${pattern}" is not valid`);
    }
    let hasRegExp = false;
    for (let i = 0; i < parts.length; i++) if (parts[i].type === 'regexp') hasRegExp = true;
    return { __proto__: null, pattern: toPatternString(parts, options), regexp, names, hasRegExp };
  };
  const COMPONENTS = ['protocol', 'username', 'password', 'hostname', 'port', 'pathname', 'search', 'hash'];

  const toInit = (v) => {
    const d = lib.dictionary(v, 'the pattern');
    const o = p.bare();
    const order = ['baseURL', 'hash', 'hostname', 'password', 'pathname', 'port', 'protocol', 'search', 'username'];
    for (let i = 0; i < order.length; i++) {
      const value = d[order[i]];
      if (value !== undefined) o[order[i]] = USVString(value);
    }
    return o;
  };
  const baseParts = (u) => ({
    __proto__: null, protocol: p.slice(u.protocol(), 0, -1), username: u.username(), password: u.password(),
    hostname: u.hostname(), port: u.port(), pathname: u.pathname(), search: p.slice(u.search(), 1), hash: p.slice(u.hash(), 1),
  });
  const isAbsolutePathname = (s, type) => {
    if (s === '') return false;
    if (s[0] === '/') return true;
    if (type === 'url') return false;
    return s.length >= 2 && (s[0] === '\\' || s[0] === '{') && s[1] === '/';
  };
  const stripped = (s, suffix) => (p.endsWith(s, suffix) ? p.slice(s, 0, -1) : s);
  const strippedFront = (s, prefix) => (p.startsWith(s, prefix) ? p.slice(s, 1) : s);
  /** "Process a URLPatternInit". */
  const processInit = (init, type, defaults) => {
    const r = p.bare();
    const keys = p.ownKeys(defaults);
    for (let i = 0; i < keys.length; i++) r[keys[i]] = defaults[keys[i]];
    let base = null;
    const fromBase = (s) => (type === 'pattern' ? escapePattern(s) : s);
    const has = (name) => init[name] !== undefined;
    if (has('baseURL')) {
      const record = host.urlParse(init.baseURL, null);
      if (record === null) bad(`"${init.baseURL}" is not a base URL`);
      base = baseParts(record);
      if (!has('protocol')) r.protocol = fromBase(base.protocol);
      const noHost = !has('protocol') && !has('hostname');
      if (type !== 'pattern' && noHost && !has('port') && !has('username')) r.username = base.username;
      if (type !== 'pattern' && noHost && !has('port') && !has('username') && !has('password')) r.password = base.password;
      if (noHost) r.hostname = fromBase(base.hostname);
      if (noHost && !has('port')) r.port = base.port;
      if (noHost && !has('port') && !has('pathname')) r.pathname = fromBase(base.pathname);
      if (noHost && !has('port') && !has('pathname') && !has('search')) r.search = fromBase(base.search);
      if (noHost && !has('port') && !has('pathname') && !has('search') && !has('hash')) r.hash = fromBase(base.hash);
    }
    const isUrl = type === 'url';
    if (has('protocol')) {
      const s = stripped(init.protocol, ':');
      r.protocol = isUrl ? canon.protocol(s) : s;
    }
    if (has('username')) r.username = isUrl ? canon.username(init.username) : init.username;
    if (has('password')) r.password = isUrl ? canon.password(init.password) : init.password;
    if (has('hostname')) r.hostname = isUrl ? canon.hostname(init.hostname, r.protocol) : init.hostname;
    const protocol = r.protocol === undefined ? '' : r.protocol;
    if (has('port')) r.port = isUrl ? canon.port(init.port, protocol) : init.port;
    if (has('pathname')) {
      r.pathname = init.pathname;
      if (base !== null && host.hasListPath(init.baseURL) && !isAbsolutePathname(r.pathname, type)) {
        const path = fromBase(base.pathname);
        const slash = p.lastIndexOf(path, '/');
        if (slash >= 0) r.pathname = p.slice(path, 0, slash + 1) + r.pathname;
      }
      if (isUrl) {
        r.pathname = protocol === '' || isSpecial(protocol) ? canon.pathname(r.pathname) : canon.opaquePathname(r.pathname);
      }
    }
    if (has('search')) {
      const s = strippedFront(init.search, '?');
      r.search = isUrl ? canon.search(s) : s;
    }
    if (has('hash')) {
      const s = strippedFront(init.hash, '#');
      r.hash = isUrl ? canon.hash(s) : s;
    }
    return r;
  };

  class URLPattern {
    #c = p.bare();
    constructor(input = {}, baseURL = undefined, options = {}) {
      let base;
      let o = options;
      if (arguments.length > 1 && (isObject(baseURL) || baseURL === undefined || baseURL === null) && arguments.length < 3) {
        o = baseURL;
      } else if (arguments.length > 1) {
        base = USVString(baseURL);
      }
      const isInit = isObject(input) || input === undefined || input === null;
      const given = isInit ? toInit(input) : USVString(input);
      const ignoreCase = !!lib.dictionary(o, 'options').ignoreCase;
      let init;
      if (!isInit) {
        init = parseConstructorString(given);
        if (base === undefined && init.protocol === undefined) bad('a relative pattern without a base URL');
        if (base !== undefined) init.baseURL = base;
      } else {
        if (base !== undefined) bad('a base URL besides an object');
        init = given;
      }
      const processed = processInit(init, 'pattern', p.bare());
      for (let i = 0; i < COMPONENTS.length; i++) {
        if (processed[COMPONENTS[i]] === undefined) processed[COMPONENTS[i]] = '*';
      }
      if (isSpecial(processed.protocol) && DEFAULT_PORTS[processed.protocol] === processed.port) processed.port = '';
      const c = this.#c;
      c.protocol = compile(processed.protocol, canon.protocol, DEFAULT_OPTIONS, false);
      c.username = compile(processed.username, canon.username, DEFAULT_OPTIONS, false);
      c.password = compile(processed.password, canon.password, DEFAULT_OPTIONS, false);
      c.hostname = compile(processed.hostname, isIpv6Pattern(processed.hostname) ? canon.ipv6 : (s) => canon.hostname(s),
        HOSTNAME_OPTIONS, false);
      c.port = compile(processed.port, (s) => canon.port(s), DEFAULT_OPTIONS, false);
      c.pathname = componentMatchesSpecial(c.protocol)
        ? compile(processed.pathname, canon.pathname, PATHNAME_OPTIONS, ignoreCase)
        : compile(processed.pathname, canon.opaquePathname, DEFAULT_OPTIONS, ignoreCase);
      c.search = compile(processed.search, canon.search, DEFAULT_OPTIONS, ignoreCase);
      c.hash = compile(processed.hash, canon.hash, DEFAULT_OPTIONS, ignoreCase);
    }
    get protocol() { return this.#c.protocol.pattern; }
    get username() { return this.#c.username.pattern; }
    get password() { return this.#c.password.pattern; }
    get hostname() { return this.#c.hostname.pattern; }
    get port() { return this.#c.port.pattern; }
    get pathname() { return this.#c.pathname.pattern; }
    get search() { return this.#c.search.pattern; }
    get hash() { return this.#c.hash.pattern; }
    get hasRegExpGroups() {
      const c = this.#c;
      for (let i = 0; i < COMPONENTS.length; i++) if (c[COMPONENTS[i]].hasRegExp) return true;
      return false;
    }
    test(input = {}, baseURL = undefined) { return match(this.#c, input, baseURL) !== null; }
    exec(input = {}, baseURL = undefined) { return match(this.#c, input, baseURL); }
  }
  const isIpv6Pattern = (s) => s.length >= 2 && (s[0] === '[' || ((s[0] === '{' || s[0] === '\\') && s[1] === '['));
  const EMPTY_PARTS = {
    __proto__: null, protocol: '', username: '', password: '', hostname: '', port: '', pathname: '', search: '', hash: '',
  };
  const match = (c, input, baseURL) => {
    const base = baseURL === undefined ? undefined : USVString(baseURL);
    const inputs = [];
    let parts;
    if (isObject(input) || input === undefined || input === null) {
      const init = toInit(input);
      if (base !== undefined) bad('a base URL besides an object');
      append(inputs, input === undefined || input === null ? {} : copyInit(init));
      try {
        parts = processInit(init, 'url', EMPTY_PARTS);
      } catch {
        return null;
      }
    } else {
      const text = USVString(input);
      append(inputs, text);
      if (base !== undefined) append(inputs, base);
      const u = host.urlParse(text, base === undefined ? null : base);
      if (u === null) return null;
      parts = baseParts(u);
    }
    const result = { inputs };
    for (let i = 0; i < COMPONENTS.length; i++) {
      const name = COMPONENTS[i];
      const component = c[name];
      const found = p.regExpExec(component.regexp, parts[name]);
      if (found === null) return null;
      const groups = {};
      for (let g = 0; g < component.names.length; g++) {
        p.defineProperty(groups, component.names[g],
          { __proto__: null, value: found[g + 1], writable: true, enumerable: true, configurable: true });
      }
      result[name] = { input: parts[name], groups };
    }
    return result;
  };
  const copyInit = (init) => {
    const o = {};
    const keys = p.ownKeys(init);
    for (let i = 0; i < keys.length; i++) o[keys[i]] = init[keys[i]];
    return o;
  };
  lib.defineInterface(URLPattern);
  p.defineProperty(URLPattern, 'length', { __proto__: null, value: 0, configurable: true });
}
