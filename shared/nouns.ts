import type { Language } from './languages.ts'

/** What NOT_FOUND can name, in both languages; `data.what` is the key. */
export const nouns = {
  product: { zh: '产品', en: 'product' },
  module: { zh: '模块', en: 'module' },
  device: { zh: '设备', en: 'device' },
  package: { zh: '升级包', en: 'package' },
  campaign: { zh: '升级批次', en: 'campaign' },
  job: { zh: '设备升级任务', en: 'job' },
  file: { zh: '文件', en: 'file' },
  knock: { zh: '登录被拒的设备', en: 'rejected login' },
  diff: { zh: '差分包', en: 'delta' },
  base: { zh: '旧版本镜像', en: 'base image' },
  setAside: { zh: '移出文件夹', en: 'set-aside folder' },
  line: { zh: '产线', en: 'line' },
  slot: { zh: '工位', en: 'slot' },
  recipe: { zh: '配方', en: 'recipe' },
  run: { zh: '烧录', en: 'run' },
  backup: { zh: '备份', en: 'backup' },
  restore: { zh: '待恢复的备份', en: 'waiting restore' },
  record: { zh: '烧录记录', en: 'unit record' },
} as const satisfies Record<string, Readonly<Record<Language, string>>>

export type Noun = keyof typeof nouns

/** The word for `what`; a thing that this version does not know keeps its key. */
export const nounText = (what: string, language: Language): string =>
  what in nouns ? nouns[what as Noun][language] : what
