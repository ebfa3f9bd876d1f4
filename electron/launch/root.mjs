import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** @param {...string} parts path below the project's folder */
export const inRoot = (...parts) => join(root, ...parts)

/** Prints one line for the operator on standard error; standard output is reserved for the ready line. @param {string} words */
export const say = (words) => process.stderr.write(`ota-bench: ${words}\n`)
