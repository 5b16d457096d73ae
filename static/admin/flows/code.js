// The text of a flow in CodeMirror: YAML in colours, folding, marks from the server's check, completion with the text's own names.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '../../vendor/codemirror/autocomplete.js'
import { defaultKeymap, history, historyKeymap } from '../../vendor/codemirror/commands.js'
import { yaml } from '../../vendor/codemirror/lang-yaml.js'
import { bracketMatching, codeFolding, foldGutter, foldKeymap, HighlightStyle, indentUnit, syntaxHighlighting } from '../../vendor/codemirror/language.js'
import { lintGutter, lintKeymap, setDiagnostics } from '../../vendor/codemirror/lint.js'
import { highlightSelectionMatches, search, searchKeymap } from '../../vendor/codemirror/search.js'
import { EditorState } from '../../vendor/codemirror/state.js'
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '../../vendor/codemirror/view.js'
import { tags } from '../../vendor/lezer/highlight.js'
import { complete } from './completing.js'

/** @import { Language, Mark, Names, Problem } from './types' */
/** @import { CompletionContext } from '@codemirror/autocomplete' */

const ABOVE = 400 // lines that are looked at for what encloses the cursor

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--flow-key)', fontWeight: '600' },
  { tag: [tags.string, tags.content], color: 'var(--flow-text)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--ink-2)', fontStyle: 'italic' },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace, tags.meta], color: 'var(--ink-2)' },
])

const look = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--surface)', fontSize: '13px', blockSize: '100%' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.7', overflow: 'auto' },
  '.cm-gutters': { backgroundColor: 'var(--surface-1)', color: 'var(--ink-2)', border: 'none', borderInlineEnd: '1px solid var(--line)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--accent) 7%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--accent) 14%, var(--surface-1))', color: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--accent) 26%, transparent)' },
  '.cm-selectionMatch': { backgroundColor: 'color-mix(in srgb, var(--waiting) 20%, transparent)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'color-mix(in srgb, var(--accent) 20%, transparent)' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--surface-2)', border: '1px solid var(--line)', color: 'var(--ink-2)' },
  '.cm-tooltip, .cm-panels': { backgroundColor: 'var(--surface)', color: 'var(--ink)', border: '1px solid var(--line)' },
  '.cm-tooltip': { borderRadius: '6px', boxShadow: 'var(--shadow)', overflow: 'hidden' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxBlockSize: '16em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)' },
  '.cm-completionInfo': { fontFamily: 'var(--font)', maxInlineSize: '280px', padding: '6px 10px' },
  '.cm-diagnostic': { fontFamily: 'var(--font)', fontSize: '13px', padding: '8px 12px', borderInlineStart: '4px solid var(--late)' },
  '.cm-diagnostic-warning': { borderInlineStartColor: 'var(--yingda-amber)' },
  '.cm-diagnosticAction': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)', borderRadius: '6px', padding: '4px 10px', marginInlineStart: '12px', cursor: 'pointer' },
  '.cm-panel.cm-search': { padding: '8px 28px 8px 8px', fontFamily: 'var(--font)' },
  '.cm-textfield': { backgroundColor: 'var(--surface)', border: '1px solid var(--line-strong)', borderRadius: '6px', padding: '3px 8px' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: 'var(--surface-1)', border: '1px solid var(--line)', borderRadius: '6px', padding: '3px 10px', cursor: 'pointer' },
})

/**
 * @typedef {object} Wanted
 * @property {string} text
 * @property {string} label what a screen reader calls it
 * @property {Language} language
 * @property {Record<string, string>} phrases CodeMirror's own words
 * @property {string} add what adds a missing piece
 * @property {() => Names} names
 * @property {(text: string) => void} changed
 * @property {(line: number) => void} moved
 * @property {(problem: Problem) => void} mend
 */

export class Code {
  #wanted

  /** @param {HTMLElement} parent @param {Wanted} wanted */
  constructor(parent, wanted) {
    this.#wanted = wanted
    this.view = new EditorView({ parent, state: EditorState.create({ doc: wanted.text, extensions: this.#extensions() }) })
  }

  #extensions() {
    const { label, phrases, language, names, changed, moved } = this.#wanted
    const keys = [...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap, ...lintKeymap]
    let line = 0
    const watch = EditorView.updateListener.of((update) => {
      if (update.docChanged) changed(update.state.doc.toString())
      const now = update.state.doc.lineAt(update.state.selection.main.head).number
      if ((update.selectionSet || update.docChanged) && now !== line) moved((line = now))
    })
    return [
      ...[lineNumbers(), foldGutter(), codeFolding(), lintGutter(), history(), drawSelection(), bracketMatching(), closeBrackets()],
      ...[highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(), search({ top: true }), indentUnit.of('  ')],
      ...[yaml(), syntaxHighlighting(colours), look, EditorView.lineWrapping, watch, keymap.of(keys)],
      autocompletion({ override: [(context) => this.#options(context, language, names())], icons: false }),
      EditorState.phrases.of(phrases),
      EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
    ]
  }

  /** @param {CompletionContext} context @param {Language} language @param {Names} names */
  #options(context, language, names) {
    const { state, pos } = context
    const line = state.doc.lineAt(pos)
    const above = []
    for (let n = Math.max(1, line.number - ABOVE); n < line.number; n++) above.push(state.doc.line(n).text)
    const found = complete(state.sliceDoc(line.from, pos), above, language, names)
    if (!found || (!context.explicit && !found.word && !/[:[{]\s*$|-\s$/.test(state.sliceDoc(line.from, pos)))) return null
    return { from: pos - found.word.length, options: found.options, validFor: /^[\p{L}\p{N}_ -]*$/u }
  }

  /** @param {Mark[]} marks */
  show(marks) {
    const { length } = this.view.state.doc
    const { add, mend } = this.#wanted
    const found = marks.filter(({ to }) => to <= length).map(({ problem, ...mark }) => ({ ...mark, actions: problem.fix ? [{ name: add, apply: () => mend(problem) }] : [] }))
    this.view.dispatch(setDiagnostics(this.view.state, found))
  }

  /** The whole text anew, as one step that can be undone. @param {string} text */
  replace(text) {
    const before = this.view.state.doc.toString()
    let from = 0
    while (from < Math.min(before.length, text.length) && before[from] === text[from]) from++
    let end = 0
    while (end < Math.min(before.length, text.length) - from && before.at(-1 - end) === text.at(-1 - end)) end++
    const changes = { from, to: before.length - end, insert: text.slice(from, text.length - end) }
    this.view.dispatch({ changes, selection: { anchor: from + changes.insert.length }, scrollIntoView: true })
    this.view.focus()
  }

  /** @param {number} line from 1 @param {boolean} focus */
  go(line, focus) {
    const { doc } = this.view.state
    const at = doc.line(Math.min(Math.max(line, 1), doc.lines)).from
    this.view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) })
    if (focus) this.view.focus()
  }
}
