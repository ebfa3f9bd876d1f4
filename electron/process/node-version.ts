/** The oldest Node the station runs on: below it better-sqlite3 13 crashes without a word. */
const OLDEST = 22

const texts = {
  en: 'OTA Bench needs Node {oldest} or newer, this is {node}. Install Node 26, or start it with "{command}", which brings its own.',
  zh: 'OTA Bench 需要 Node {oldest} 或更高版本，当前为 {node}。请安装 Node 26，或使用自带 Node 的“{command}”命令。',
} as const

/** Why this Node will not do and what to do, a line in each language; undefined where it will. `node` is `process.versions.node`. */
export const nodeTooOld = (node: string): string | undefined =>
  Number(node.split('.')[0]) >= OLDEST
    ? undefined
    : Object.values(texts)
        .map((text) =>
          text.replace('{oldest}', String(OLDEST)).replace('{node}', node).replace('{command}', 'npm run station'),
        )
        .join('\n')
