/** The oldest Node the station runs on: below it better-sqlite3 13 crashes without a word. */
const OLDEST = 22

/** Why this Node will not do, in one line; undefined where it will. `node` is `process.versions.node`. */
export const nodeTooOld = (node: string): string | undefined =>
  Number(node.split('.')[0]) >= OLDEST
    ? undefined
    : `OTA Bench needs Node ${OLDEST} or newer, this is ${node}; "npm run station" brings its own`
