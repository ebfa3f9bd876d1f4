import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** @param {...string} parts path below the project's folder */
export const inRoot = (...parts) => join(root, ...parts)

/** One line for the person who started us; standard output belongs to the ready line. @param {string} words */
export const say = (words) => process.stderr.write(`ota-bench: ${words}\n`)
