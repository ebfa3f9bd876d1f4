// A language is a folder of texts and its line here.
export { en } from './en/index.ts'
export { zh } from './zh/index.ts'
