import type { Language } from './languages.ts'
import { DEVICE_TAGS_MAX, PACKAGE_NAME_MAX, tagLimits } from './limits.ts'
import { namesWith } from './protocols/index.ts'

/** The rules that fields are held to beyond type and length, in both languages; the schemas carry the English one. */
export const rules = {
  id: { en: 'must be a whole number, 1 or more', zh: '应为从 1 开始的整数' },
  whole: { en: 'must be a whole number, in digits', zh: '应为整数，只含数字' },
  version: { en: 'letters, digits, dot, hyphen, underscore', zh: '只能包含英文字母、数字、点号、连接符和下划线' },
  productKey: { en: '1-64 letters, digits, hyphen, underscore', zh: '1-64 个英文字母、数字、连接符或下划线' },
  module: { en: '1-64 letters, digits, dot, hyphen, underscore', zh: '1-64 个英文字母、数字、点号、连接符或下划线' },
  deviceName: { en: '1-64 letters, digits, - _ . : @', zh: '1-64 个英文字母、数字或 - _ . : @' },
  secret: {
    en: '1-128 printable ASCII characters without spaces',
    zh: '1-128 个可打印的 ASCII 字符，不含空格',
  },
  fileNameHeader: {
    en: 'must give the file name, percent-encoded, e.g. app.bin; the body is the file',
    zh: '须给出文件名（百分号编码），如 app.bin；请求体即文件内容',
  },
  oneLine: { en: 'one line, no control characters', zh: '须为一行，不含控制字符' },
  packageName: {
    en: 'Chinese, letters, digits, spaces or half-width symbols; no space at either end',
    zh: '只能包含中文、英文、数字、空格或半角符号，首尾不能为空格',
  },
  packageNameLength: { en: `at most ${PACKAGE_NAME_MAX} characters`, zh: `最多 ${PACKAGE_NAME_MAX} 个字符` },
  deviceTags: { en: `at most ${DEVICE_TAGS_MAX} tags per device`, zh: `每台设备最多 ${DEVICE_TAGS_MAX} 个标签` },
  tagKey: { en: '1-30 letters, digits, dots', zh: '1-30 个英文字母、数字或点号' },
  tagCount: { en: `at most ${tagLimits.count} tags`, zh: `最多 ${tagLimits.count} 个标签` },
  tagSum: { en: `at most ${tagLimits.sumMax} characters in total`, zh: `合计最多 ${tagLimits.sumMax} 个字符` },
  hints: {
    en: `supported by ${namesWith('hints', 'en').join(' and ')} devices only`,
    zh: `仅 ${namesWith('hints', 'zh').join('、')} 产品的设备支持`,
  },
  otherProtocol: { en: "not supported by the product's protocol", zh: '该产品的协议不支持' },
  virtualDevices: {
    en: 'a product whose protocol the simulator supports',
    zh: '须为模拟器支持其协议的产品',
  },
  startAt: { en: 'must be 1 minute to 30 days from now', zh: '须在 1 分钟之后、30 天之内' },
  staticOnly: { en: 'only for static campaigns', zh: '仅用于静态批次' },
  serial: {
    en: '1-128 printable ASCII characters without spaces (as scanned)',
    zh: '1-128 个可打印的 ASCII 字符（扫码所得），不含空格',
  },
  locationOrPath: { en: 'either a location or a path', zh: '物理位置与端口路径二选一' },
  packageOrFile: { en: 'either a package or a file', zh: '升级包与文件二选一' },
  lineOrSlots: { en: 'either a line or slots', zh: '产线与工位二选一' },
  recipeOrId: { en: 'a recipe or its ID', zh: '须给出配方内容或配方 ID' },
  sendOrExpect: { en: 'something to send or to expect', zh: '发送内容与期望内容至少填一项' },
  address: { en: 'a number below 2^32, e.g. 65536 or 0x10000', zh: '小于 2^32 的数，如 65536 或 0x10000' },
  usbId: { en: 'four hex digits, e.g. 303a', zh: '四位十六进制数，如 303a' },
  nvsName: { en: '1-15 printable ASCII characters without spaces', zh: '1-15 个可打印的 ASCII 字符，不含空格' },
  pattern: { en: 'a regular expression', zh: '须为正则表达式' },
  patternUnsupported: {
    en: 'no look-ahead or look-behind, no back references, no count above 1000 (RE2 syntax). Write what the line must have, or make two steps of it',
    zh: '不能使用先行、后行断言和反向引用，重复次数不能超过 1000（RE2 语法）。请直接写出该行应有的内容，或拆成两步',
  },
  patternTooLarge: {
    en: 'its counts repeat too much: a line is looked at for 512 characters. Use smaller counts, or + and *',
    zh: '重复次数过多：每行只检查前 512 个字符。请减小次数，或改用 + 和 *',
  },
  chosenOnly: {
    en: 'must be devices: select the devices to verify on (deviceIds)',
    zh: '应为 devices：验证只在所选设备上进行，请用 deviceIds 指定设备',
  },
  namedOnly: {
    en: 'must be devices if deviceIds is given, otherwise all',
    zh: '已用 deviceIds 指定设备，应为 devices；不指定设备时为 all',
  },
  someDevices: { en: 'must name 1-100000 devices', zh: '请指定 1-100000 台设备' },
  allOnly: {
    en: 'must be all for a dynamic campaign',
    zh: '应为 all：动态批次面向以后符合条件的所有设备',
  },
  jsonObject: { en: 'must be a JSON object, e.g. {"line":"3"}', zh: '应为 JSON 对象，例如 {"line":"3"}' },
  timeOfDay: { en: 'must be a time of day, e.g. 22:30', zh: '应为时刻，如 22:30' },
  namePrefix: { en: '1-32 letters, digits or _ . -', zh: '1-32 个英文字母、数字或 _ . -' },
  unique: { en: 'each may appear only once', zh: '每项只能出现一次' },
  pin: { en: '4-12 digits', zh: '4-12 位数字' },
  format: { en: 'e.g. .bin or .tar.gz', zh: '形如 .bin 或 .tar.gz' },
} as const satisfies Record<string, Record<Language, string>>

const byEnglish = new Map<string, Record<Language, string>>(Object.values(rules).map((rule) => [rule.en, rule]))

/** A rule of ours by the message that a schema gave, in every language; undefined when the message is none of ours. */
export const ruleTexts = (message: string): Readonly<Record<Language, string>> | undefined => byEnglish.get(message)

/** A rule of ours in one language. */
export const ruleText = (message: string, language: Language): string | undefined => byEnglish.get(message)?.[language]
