// What a form's fields take and how it is told, without anything to look at. The server reads the same (conversations/wire/form.py).

/** @import { Field, Form, Values, Words } from './wire' */

export const LONGEST = 2000
const DOTS = '••••'
const MONEY = /^[\p{Sc}\p{L}\s]+|[\p{Sc}\p{L}\s]+$/gu

/** '1,234.5', '1234,5', '１２' and, of money, '€ 12' @param {string} text @returns {number} NaN for none */
export function number(text, money = false) {
  const plain = text.normalize('NFKC').trim().replace(money ? MONEY : '', '')
  if (/^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain)) return Number(plain.replaceAll(',', ''))
  return /^[-+]?\d+([.,]\d+)?$/.test(plain) ? Number(plain.replace(',', '.')) : NaN
}

/**
 * @param {Field} field @param {string | boolean | undefined} raw what stands in it
 * @returns {{value?: string | number | boolean, wrong?: string}} neither when it is empty; `wrong` is a key of the words
 */
export function read({ type, required, choices = [] }, raw) {
  if (typeof raw === 'boolean') return { value: raw }
  const text = raw?.trim()
  if (!text) return required ? { wrong: type === 'choice' || type === 'yes_no' || type === 'file' ? 'choose' : 'fill_in' } : {}
  if (text.length > LONGEST) return { wrong: 'too_much' }
  if (type === 'number' || type === 'money') {
    const value = number(text, type === 'money')
    return Math.abs(value) < 1e15 ? { value } : { wrong: 'no_number' }
  }
  if (type === 'email' && !/^\S+@\S+\.\S+$/.test(text)) return { wrong: 'bad_email' }
  if (type === 'phone' && !/^[+(\d][-+().\s\d]{2,}$/.test(text.normalize('NFKC'))) return { wrong: 'no_phone' }
  if (type === 'choice' && !choices.some(({ value }) => value === text)) return { wrong: 'choose' }
  return { value: text }
}

/**
 * All fields at once: the values that are there, and what is wrong by the field's name.
 * @param {Form} form @param {Record<string, string | boolean | undefined>} entered
 */
export function readAll({ fields = [] }, entered) {
  /** @type {Values} */ const values = {}
  /** @type {Record<string, string>} */ const wrong = {}
  for (const field of fields) {
    const found = read(field, entered[field.name])
    if (found.wrong) wrong[field.name] = found.wrong
    else if (found.value !== undefined) values[field.name] = found.value
  }
  return { values, wrong }
}

/** 'Order number: 12345678 · Reason: damaged' @param {Form} form @param {Values} values @param {Words} words @param {Record<string, string>} [files] names by id */
export function told({ fields = [] }, values, words, files = {}) {
  const lines = fields.filter(({ name }) => name in values).map((field) => {
    const text = shown(field, values[field.name], words, files).trim().replace(/\s+/g, ' '), label = field.label.replace(/\s*[:：]$/, '')
    const value = field.sensitive ? masked(text) : text
    return label + (label.endsWith('?') ? ' ' : label.endsWith('？') ? '' : words('colon')) + value
  })
  return lines.join(' · ') || words('nothing_entered')
}

/** @param {string} text */
function masked(text) {
  const letters = [...text]
  return letters.length < 10 ? DOTS : DOTS + letters.slice(-4).join('')
}

/** @param {Field} field @param {string | number | boolean} value @param {Words} words @param {Record<string, string>} files */
function shown({ type, choices = [] }, value, words, files) {
  if (typeof value === 'boolean') return words(value ? 'yes' : 'no')
  if (typeof value === 'number') return value.toLocaleString(words.locale, { useGrouping: false, maximumFractionDigits: 20 })
  if (type === 'choice') return choices.find((choice) => choice.value === value)?.label ?? value
  if (type === 'file') return files[value] ?? value
  if (type === 'date') return new Date(value + 'T00:00').toLocaleDateString(words.locale, { dateStyle: 'medium' })
  if (type === 'datetime') return new Date(value).toLocaleString(words.locale, { dateStyle: 'medium', timeStyle: 'short' })
  return value
}
