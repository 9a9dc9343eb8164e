// Monaco, loaded when the first editor is shown: an AMD build, so it brings its own loader.

import { html, useEffect, useImperativeHandle, useRef, useState } from "../lib/preact.js";
import { theme } from "../lib/theme.js";
import { Button } from "./parts.js";
import { Flow } from "./icons.js";

let loading = null;

/** @returns {Promise<object>} the `monaco` namespace, themes and script types set up */
export function monaco() {
  loading ??= load().catch((problem) => {
    loading = null;
    throw problem;
  });
  return loading;
}

async function load() {
  const vs = new URL("../../vendor/monaco/vs", import.meta.url).href;
  await script(`${vs}/loader.js`);
  window.require.config({ paths: { vs } });
  // Workers come from our own address; the default would wrap them in a blob, which the page's policy forbids.
  window.MonacoEnvironment = { getWorkerUrl: () => `${vs}/base/worker/workerMain.js` };
  await new Promise((resolve, reject) => window.require(["vs/editor/editor.main"], resolve, reject));
  const { monaco: api } = window;
  themes(api);
  await scriptTypes(api);
  theme.subscribe(() => {
    themes(api);
    api.editor.setTheme(theme.isDark ? "penstock-dark" : "penstock-light");
  });
  return api;
}

function script(src) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = src;
    element.onload = resolve;
    element.onerror = () => reject(new Error("The editor could not be loaded"));
    document.head.append(element);
  });
}

function themes(api) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const bare = (name) => colour(name).slice(1);
  api.editor.defineTheme(theme.isDark ? "penstock-dark" : "penstock-light", {
    base: theme.isDark ? "vs-dark" : "vs",
    inherit: true,
    rules: theme.isDark
      ? [{ token: "", foreground: bare("--ink") }, { token: "comment", foreground: "7d8c8f" }, { token: "keyword", foreground: "6bd0d9" }, { token: "string", foreground: "b9d7a0" },
          { token: "number", foreground: "e5ad4d" }, { token: "type", foreground: "8fc6ee" }, { token: "string.yaml", foreground: "b9d7a0" }, { token: "type.yaml", foreground: "6bd0d9" }]
      : [{ token: "", foreground: bare("--ink") }, { token: "comment", foreground: "586568" }, { token: "keyword", foreground: "0b6e78" }, { token: "string", foreground: "3f6b1f" },
          { token: "number", foreground: "8a5200" }, { token: "type", foreground: "245f94" }, { token: "string.yaml", foreground: "3f6b1f" }, { token: "type.yaml", foreground: "0b6e78" }],
    colors: {
      "editor.background": colour("--surface"), "editor.foreground": colour("--ink"), "editorLineNumber.foreground": colour("--ink-3"),
      "editorLineNumber.dimmedForeground": colour("--ink-3"), "editorLineNumber.activeForeground": colour("--ink"), "editor.lineHighlightBackground": colour("--hover"), "editor.lineHighlightBorder": "#00000000",
      "editorGutter.background": colour("--surface"), "editorCursor.foreground": colour("--accent"), "editor.selectionBackground": colour("--accent-line") + "88",
      "editorWidget.background": colour("--raised"), "editorWidget.border": colour("--line-strong"), "editorSuggestWidget.selectedBackground": colour("--accent-soft"),
      "editorSuggestWidget.selectedForeground": colour("--ink"), "editorSuggestWidget.highlightForeground": colour("--accent"), "editorSuggestWidget.focusHighlightForeground": colour("--accent"),
      "focusBorder": "#00000000", "diffEditor.insertedTextBackground": "#2fa56a2e", "diffEditor.removedTextBackground": "#d0473d2e",
      "diffEditor.insertedLineBackground": "#2fa56a1a", "diffEditor.removedLineBackground": "#d0473d1a", "editorError.foreground": colour("--bad"), "editorWarning.foreground": colour("--warn"),
      "scrollbarSlider.background": colour("--line-strong") + "88",
    },
  });
}

/** Scripts know the Web APIs and penstock.d.ts, and nothing of the browser's document. */
async function scriptTypes(api) {
  const { typescriptDefaults, javascriptDefaults, ScriptTarget, ModuleKind, ModuleResolutionKind } = api.languages.typescript;
  const answer = await fetch(new URL("../../types/penstock.d.ts", import.meta.url));
  const types = answer.ok ? await answer.text() : "";
  for (const defaults of [javascriptDefaults, typescriptDefaults]) {
    defaults.setCompilerOptions({
      target: ScriptTarget.ESNext, module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.NodeJs, lib: ["esnext", "webworker"], allowJs: true, checkJs: true,
      allowNonTsExtensions: true, noEmit: true, allowImportingTsExtensions: true, strict: false,
    });
    // 7016, 2307: imports are resolved by the gateway, within the bundle. 7044, 7045: hints, not findings. 80xx: TypeScript in a .js file is refused there.
    defaults.setDiagnosticsOptions({ noSemanticValidation: false, noSyntaxValidation: false, diagnosticCodesToIgnore: [7016, 2307, 7044, 7045, 6133, 1375, 1378] });
    if (types) defaults.addExtraLib(types, "file:///penstock.d.ts");
    defaults.setEagerModelSync(true);
  }
}

const OPTIONS = {
  automaticLayout: true, minimap: { enabled: false }, fontSize: 12.5, lineHeight: 20, scrollBeyondLastLine: false, padding: { top: 12, bottom: 12 },
  renderLineHighlight: "line", overviewRulerLanes: 0, hideCursorInOverviewRuler: true, overviewRulerBorder: false, tabSize: 2, fixedOverflowWidgets: true,
  fontFamily: 'ui-monospace, "JetBrains Mono", "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace', scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
  smoothScrolling: true, "semanticHighlighting.enabled": true, wordBasedSuggestions: "off", quickSuggestions: { other: true, comments: false, strings: true }, accessibilitySupport: "auto",
};

function useMonaco() {
  const [state, setState] = useState({ api: window.monaco?.editor ? window.monaco : null, problem: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isGone = false;
    monaco().then((api) => !isGone && setState({ api, problem: null }), (problem) => !isGone && setState({ api: null, problem }));
    return () => { isGone = true; };
  }, [turn]);
  return { ...state, retry: () => setTurn((before) => before + 1) };
}

function Place({ problem, retry }) {
  return html`<div class="editor-wait" role="status">${problem
    ? html`<div class="blank bad"><${Flow} broken=${true} /><h2>The editor could not be loaded</h2><p>${problem.message}</p><${Button} onClick=${retry}>Try again<//></div>`
    : html`<span class="spin"></span> Loading the editor…`}</div>`;
}

/**
 * An editor of one of several texts. Texts keep their undo history and place for as long as the editor lives.
 *
 * @param {{ path: string, value: string, language: string, onChange?: (text: string) => void, markers?: object[], readOnly?: boolean, label: string,
 *           onSave?: () => void, handle?: object }} props `handle.current.reveal(line, column)` goes to a place
 */
export function Editor({ path, value, language, onChange, markers = [], readOnly, label, onSave, handle, onReady }) {
  const box = useRef(null);
  const editor = useRef(null);
  const models = useRef(new Map());
  // What was typed and told, and has not come back as `value` yet: a page that is slower than its user must not put it back.
  const told = useRef([]);
  const latest = useRef({});
  latest.current = { onChange, onSave };
  const { api, problem, retry } = useMonaco();

  useEffect(() => {
    if (!api) return undefined;
    api.editor.setTheme(theme.isDark ? "penstock-dark" : "penstock-light");
    const made = api.editor.create(box.current, { ...OPTIONS, model: null, readOnly, ariaLabel: label });
    editor.current = made;
    made.onDidChangeModelContent((event) => {
      if (event.isFlush || !latest.current.onChange) return;
      told.current.push(made.getValue());
      latest.current.onChange(made.getValue());
    });
    made.addCommand(api.KeyMod.CtrlCmd | api.KeyCode.KeyS, () => latest.current.onSave?.());
    made.addCommand(api.KeyMod.CtrlCmd | api.KeyCode.KeyK, () => window.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true })));
    onReady?.(api, made);
    return () => {
      made.dispose();
      models.current.forEach((model) => model.dispose());
      models.current.clear();
      editor.current = null;
    };
  }, [api]);

  useEffect(() => {
    if (!editor.current) return;
    const uri = api.Uri.parse(`file:///${path}`);
    let model = models.current.get(path) ?? api.editor.getModel(uri);
    if (!model) model = api.editor.createModel(value, language, uri);
    models.current.set(path, model);
    if (editor.current.getModel() !== model) {
      editor.current.setModel(model);
      told.current = [];
    }
    const own = told.current.lastIndexOf(value);
    told.current = told.current.slice(own + 1);
    if (own < 0 && model.getValue() !== value) {
      model.setValue(value);
      told.current = [];
    }
  }, [api, path, value, language]);
  useEffect(() => editor.current?.updateOptions({ readOnly }), [api, readOnly]);
  useEffect(() => {
    const model = models.current.get(path);
    if (!model || model.isDisposed()) return;
    api.editor.setModelMarkers(model, "gateway", markers.map((marker) => {
      const line = Math.min(Math.max(1, marker.line ?? 1), model.getLineCount());
      const column = marker.column ?? model.getLineFirstNonWhitespaceColumn(line) ?? 1;
      const word = model.getWordAtPosition({ lineNumber: line, column });
      return { severity: marker.warning ? api.MarkerSeverity.Warning : api.MarkerSeverity.Error, message: marker.message + (marker.remedy ? `\n${marker.remedy}` : ""), source: "gateway",
        startLineNumber: line, startColumn: word?.startColumn ?? column, endLineNumber: line, endColumn: word?.endColumn ?? model.getLineMaxColumn(line) };
    }));
  }, [api, path, markers, value]);
  useImperativeHandle(handle ?? { current: null }, () => ({
    reveal(line, column = 1) {
      editor.current?.revealLineInCenter(line);
      editor.current?.setPosition({ lineNumber: line, column });
      editor.current?.focus();
    },
    get editor() {
      return editor.current;
    },
  }), [api]);

  return html`<div class="editor">${!api && html`<${Place} problem=${problem} retry=${retry} />`}<div ref=${box} class="editor-box"></div></div>`;
}

/** Two texts beside each other, read only. */
export function DiffEditor({ before, after, language, label }) {
  const box = useRef(null);
  const { api, problem, retry } = useMonaco();
  useEffect(() => {
    if (!api) return undefined;
    api.editor.setTheme(theme.isDark ? "penstock-dark" : "penstock-light");
    const made = api.editor.createDiffEditor(box.current, { ...OPTIONS, readOnly: true, originalEditable: false, renderSideBySide: true, useInlineViewWhenSpaceIsLimited: true, hideUnchangedRegions: { enabled: true }, ariaLabel: label, renderOverviewRuler: false });
    const original = api.editor.createModel(before, language);
    const modified = api.editor.createModel(after, language);
    made.setModel({ original, modified });
    return () => {
      made.dispose();
      original.dispose();
      modified.dispose();
    };
  }, [api, before, after, language]);
  return html`<div class="editor">${!api && html`<${Place} problem=${problem} retry=${retry} />`}<div ref=${box} class="editor-box"></div></div>`;
}
