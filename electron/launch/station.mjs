import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureBuilt } from './build.mjs'
import { ensureNode } from './node.mjs'
import { endWithNpm } from './orphan.mjs'
import { inRoot } from './root.mjs'

// Before any native module is loaded: an old Node would crash in it without a message.
await ensureNode(fileURLToPath(import.meta.url), { station: true })
endWithNpm()
await ensureBuilt()
await import(pathToFileURL(inRoot('dist', 'station-process.js')).href)
