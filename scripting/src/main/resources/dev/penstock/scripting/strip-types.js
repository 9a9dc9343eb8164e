// Takes the types out of TypeScript and leaves blanks in their place, so that lines and columns stay.
// Evaluates to (parser) => (text) => { code } or { problem, line, column }, all of them counted from 1.
(parser) => {
  'use strict';
  const MODIFIERS = new Set(['public', 'private', 'protected', 'readonly', 'override', 'abstract', 'declare']);
  const STATEMENTS = new Set([
    'ExpressionStatement', 'VariableDeclaration', 'ReturnStatement', 'ThrowStatement', 'ExportDefaultDeclaration',
    'ExportNamedDeclaration', 'ClassProperty', 'ClassPrivateProperty', 'ClassAccessorProperty', 'DoWhileStatement',
  ]);
  const OPTIONS = {
    sourceType: 'module', plugins: ['typescript', 'decorators'], tokens: true, createParenthesizedExpressions: true,
    allowSuperOutsideMethod: true, allowUndeclaredExports: true,
  };
  class Refusal {
    constructor(message, loc) {
      this.message = message;
      this.loc = loc;
    }
  }
  const refuse = (node, message) => { throw new Refusal(message, node.loc.start); };

  const isTypeOnly = (node) => {
    switch (node?.type) {
      case 'TSInterfaceDeclaration': case 'TSTypeAliasDeclaration': case 'TSDeclareFunction': return true;
      case 'ExportNamedDeclaration': case 'ExportAllDeclaration':
        return node.exportKind === 'type' || isTypeOnly(node.declaration);
      case 'ExportDefaultDeclaration': return isTypeOnly(node.declaration);
      case 'ImportDeclaration': case 'TSImportEqualsDeclaration': return node.importKind === 'type';
      case 'TSModuleDeclaration': return node.declare === true || (node.body?.type === 'TSModuleBlock'
        ? node.body.body.every(isTypeOnly) : isTypeOnly(node.body));
      case 'VariableDeclaration': case 'ClassDeclaration': case 'TSEnumDeclaration': return node.declare === true;
      default: return false;
    }
  };

  class Stripper {
    constructor(text) {
      this.text = text;
      this.out = text.split('');
      const file = parser.parse(text, OPTIONS);
      this.tokens = file.tokens.filter((token) => typeof token.type !== 'string');
      this.blanked = new Map(); // end of a blanked range -> its start
      this.statements = [];
      this.visit(file.program);
      this.endStatements();
    }
    code() { return this.out.join(''); }

    // ---- tokens
    at(position) { // index of the first token that begins at or after it
      let low = 0;
      let high = this.tokens.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.tokens[middle].start < position) low = middle + 1;
        else high = middle;
      }
      return low;
    }
    after(position) { return this.tokens[this.at(position)]; }
    before(position) { return this.tokens[this.at(position) - 1]; }
    is(token, sign) { return token !== undefined && this.text.slice(token.start, token.end) === sign; }

    // ---- blanks
    blank(start, end, mark) {
      for (let i = start; i < end; i++) {
        const c = this.text[i];
        if (c !== '\n' && c !== '\r' && c !== '\u2028' && c !== '\u2029') this.out[i] = ' ';
      }
      if (mark !== undefined) this.out[start] = mark;
      else if (start < end) this.blanked.set(end, Math.min(start, this.blanked.get(end) ?? start));
    }
    blankToken(token) { this.blank(token.start, token.end); }
    remove(node) { this.blank(node.start, node.end, ';'); }
    spansLines(start, end) { return /[\n\r\u2028\u2029]/.test(this.text.slice(start, end)); }
    /** Of a list: with the comma behind it. */
    blankItem(node) {
      const next = this.after(node.end);
      this.blank(node.start, this.is(next, ',') ? next.end : node.end);
    }
    // A type at the end of a statement without semicolon kept the next line from being read as part of it.
    endStatements() {
      for (const node of this.statements) {
        const start = this.blanked.get(node.end);
        if (start !== undefined && start > node.start && this.text[node.end - 1] !== ';') this.out[start] = ';';
      }
    }

    // ---- the tree
    visit(node) {
      if (isTypeOnly(node)) return this.remove(node);
      const handler = this[node.type];
      if (handler !== undefined) {
        if (handler.call(this, node) === false) return;
      } else if (node.type.startsWith('TS')) {
        return this.blank(node.start, node.end);
      }
      if (STATEMENTS.has(node.type)) this.statements.push(node);
      this.children(node);
    }
    children(node) {
      for (const key of Object.keys(node)) {
        const child = node[key];
        if (key === 'loc' || key === 'extra' || key.endsWith('Comments') || child === null || typeof child !== 'object') continue;
        if (Array.isArray(child)) {
          for (const one of child) if (typeof one?.type === 'string') this.visit(one);
        } else if (typeof child.type === 'string') {
          this.visit(child);
        }
      }
    }

    // ---- what makes code, and is therefore refused
    Decorator(node) { refuse(node, 'decorators make code and are not supported; call the function yourself'); }
    TSEnumDeclaration(node) {
      refuse(node, 'enums make code, and only types can be taken away; write `const X = { … } as const`');
    }
    TSModuleDeclaration(node) { refuse(node, 'namespaces with values make code; use a module of its own'); }
    TSParameterProperty(node) {
      refuse(node, 'parameter properties make code; declare the field and assign it in the constructor');
    }
    TSImportEqualsDeclaration(node) { refuse(node, '`import =` makes code; write `import … from`'); }
    TSExportAssignment(node) { refuse(node, '`export =` makes code; write `export default`'); }
    TSNamespaceExportDeclaration(node) { refuse(node, '`export as namespace` is for declaration files'); }
    TSTypeAssertion(node) { refuse(node, 'write `value as Type` instead of `<Type>value`'); }

    // ---- expressions
    asExpression(node) {
      this.visit(node.expression);
      this.blank(node.expression.end, node.end);
      return false;
    }
    TSAsExpression(node) { return this.asExpression(node); }
    TSSatisfiesExpression(node) { return this.asExpression(node); }
    TSNonNullExpression(node) { return this.asExpression(node); }
    TSInstantiationExpression(node) { return this.asExpression(node); }

    // ---- bindings
    Identifier(node) {
      if (node.optional) this.optional(node, node.start + node.name.length);
    }
    ObjectPattern(node) { if (node.optional) this.optional(node); }
    ArrayPattern(node) { if (node.optional) this.optional(node); }
    optional(node, from) {
      const mark = from !== undefined ? this.after(from)
        : this.before(node.typeAnnotation ? node.typeAnnotation.start : node.end);
      if (this.is(mark, '?')) this.blankToken(mark);
    }
    VariableDeclarator(node) {
      if (node.definite) this.blankToken(this.before(node.id.typeAnnotation.start));
    }
    ForStatement(node) { this.loop(node, 'init'); return false; }
    ForInStatement(node) { this.loop(node, 'left'); return false; }
    ForOfStatement(node) { this.loop(node, 'left'); return false; }
    loop(node, head) { // what is declared in it ends no statement
      const declared = node[head];
      if (declared?.type === 'VariableDeclaration') this.children(declared);
      else if (declared) this.visit(declared);
      this.children({ ...node, [head]: null });
    }

    // ---- functions
    FunctionDeclaration(node) { this.parameters(node); }
    FunctionExpression(node) { this.parameters(node); }
    ObjectMethod(node) { this.parameters(node); }
    ClassPrivateMethod(node) { this.member(node); }
    parameters(node) {
      const first = node.params[0];
      if (first?.type !== 'Identifier' || first.name !== 'this') return;
      this.blankItem(first);
      node.params.shift();
    }
    ArrowFunctionExpression(node) {
      const types = node.typeParameters;
      if (types && this.spansLines(types.start, this.after(types.end).start)) { // no line may end before the parameters
        this.blankToken(this.after(types.end));
        this.blank(types.start, types.end, '(');
        node.typeParameters = null;
      }
      const result = node.returnType;
      if (result && this.spansLines(this.before(result.start).end, this.after(result.end).start)) { // nor before the arrow
        this.blankToken(this.before(result.start));
        this.blank(result.start, result.end);
        this.out[result.end - 1] = ')';
        node.returnType = null;
      }
    }

    // ---- classes
    ClassDeclaration(node) { this.heritage(node); }
    ClassExpression(node) { this.heritage(node); }
    heritage(node) {
      if (node.abstract) this.blankToken(this.after(node.start));
      if (!node.implements?.length) return;
      const last = node.implements[node.implements.length - 1];
      this.blank(this.before(node.implements[0].start).start, last.end);
      node.implements = null;
    }
    ClassMethod(node) { this.member(node); }
    ClassProperty(node) { return this.member(node); }
    ClassPrivateProperty(node) { return this.member(node); }
    ClassAccessorProperty(node) { return this.member(node); }
    TSDeclareMethod(node) { this.remove(node); return false; }
    TSIndexSignature(node) { this.remove(node); return false; }
    member(node) {
      if (node.decorators?.length) this.Decorator(node.decorators[0]);
      if (node.abstract || node.declare) {
        this.remove(node);
        return false;
      }
      if (node.params) this.parameters(node);
      for (let i = this.at(node.start); this.tokens[i].start < node.key.start; i++) {
        const token = this.tokens[i];
        if (!MODIFIERS.has(this.text.slice(token.start, token.end))) continue;
        const next = this.text[this.tokens[i + 1].start];
        // A field without semicolon on the line before would go on in this one.
        this.blank(token.start, token.end, i === this.at(node.start) && (next === '[' || next === '*') ? ';' : undefined);
      }
      if (node.optional || node.definite) {
        let mark = this.at(node.key.end);
        if (node.computed) while (!this.is(this.tokens[mark - 1], ']')) mark++;
        this.blankToken(this.tokens[mark]);
      }
      return true;
    }

    // ---- modules
    ImportSpecifier(node) {
      if (node.importKind !== 'type') return true;
      this.blankItem(node);
      return false;
    }
    ExportSpecifier(node) {
      if (node.exportKind !== 'type') return true;
      this.blankItem(node);
      return false;
    }
  }

  return (text) => {
    try {
      return { code: new Stripper(text).code() };
    } catch (problem) {
      if (!problem.loc) throw problem;
      const said = problem.message.replace(/ \(\d+:\d+\)$/, '');
      return {
        problem: problem instanceof Refusal ? said : `SyntaxError: ${said}`,
        line: problem.loc.line, column: problem.loc.column + 1,
      };
    }
  };
}
