import { damageText } from './authority-texts.ts'
import { deltaFaultText } from './delta-faults.ts'
import type { ErrorCode, ErrorData } from './errors.ts'
import type { Language } from './languages.ts'
import { moveText } from './move-texts.ts'
import { nounText } from './nouns.ts'
import { ruleText } from './rule-texts.ts'

export { type Language, languages } from './languages.ts'

/** What went wrong and what to do, in both languages; `{name}` is filled from the error's data. */
export const errorTexts: Readonly<Record<Exclude<ErrorCode, 'ILLEGAL_MOVE'>, Record<Language, string>>> = {
  BAD_REQUEST: { zh: '请求无效：{detail}', en: 'Invalid request: {detail}' },
  UNAUTHORIZED: {
    zh: '令牌缺失或不正确。请打开程序启动时显示的地址，或在请求头中加入 Authorization: Bearer <令牌>。',
    en: 'Missing or wrong token. Open the address shown at start-up, or send Authorization: Bearer <token>.',
  },
  FORBIDDEN: {
    zh: '该请求来自不受信任的页面或地址，已被拒绝。请在本机打开程序启动时显示的地址。',
    en: 'This request came from an untrusted page or address. Open the address shown at start-up on this computer.',
  },
  BAD_JSON: {
    zh: '请求体不是有效的 JSON：{detail}',
    en: 'The body is not valid JSON: {detail}',
  },
  NESTED_TOO_DEEP: {
    zh: '请求中的 JSON 嵌套超过 {limit} 层。请减少嵌套层数后重试。',
    en: 'The JSON of this request is nested deeper than {limit} levels. Send it with fewer.',
  },
  BODY_TOO_LARGE: {
    zh: '请求体超过上限 {limit}。请分批发送。',
    en: 'The body is larger than the limit of {limit}. Send it in parts.',
  },
  NOT_FOUND: {
    zh: '{what}（{id}）不存在，可能已被删除。请刷新后重试。',
    en: '{what} {id} not found; it may have been deleted. Refresh and try again.',
  },
  UNKNOWN_ADDRESS: {
    zh: '接口 {path} 不存在。接口列表见 /api/v1/docs。',
    en: '{path} does not exist. See /api/v1/docs.',
  },
  METHOD_NOT_ALLOWED: {
    zh: '该地址不支持此方法。可用：{allow}',
    en: 'Method not allowed here. Allowed: {allow}.',
  },
  CONFLICT: {
    zh: '与现有数据冲突：{detail}。请刷新后重试。',
    en: 'Conflict with existing data: {detail}. Refresh and try again.',
  },
  PAYLOAD_TOO_LARGE: {
    zh: '文件超过上限 {limit}。请换用较小的文件，或在“设置”中调整上限。',
    en: 'The file is larger than the limit of {limit}. Use a smaller file, or raise the limit in Settings.',
  },
  TOO_MANY_OPEN: {
    en: 'Too many files and connections are open on this computer. Try again in a moment; if it happens again, raise the limit (ulimit -n).',
    zh: '本机打开的文件和连接过多。请稍后重试；若再次出现，请调高上限（ulimit -n）。',
  },
  DISK_FULL: {
    zh: '磁盘空间不足，未保存任何内容。请清理磁盘后重试。',
    en: 'Disk full; nothing was saved. Free some space and try again.',
  },
  INTERNAL: {
    zh: '程序内部错误。请重试；若仍出现，请记下时间，把程序日志（启动窗口的输出）发给技术支持。',
    en: "Internal error. Try again; if it repeats, note the time and send the program's output (its log) to support.",
  },
  ALREADY_EXISTS: {
    zh: '{field}“{value}”已被使用，请换一个。',
    en: '{field} "{value}" is already in use. Choose another.',
  },
  INVALID_FIELD: { zh: '{field} 不符合要求：{rule}', en: '{field} is invalid: {rule}' },
  STILL_IN_USE: {
    zh: '仍有 {devices} 台设备、{packages} 个升级包和 {campaigns} 个批次在使用。请先删除它们；接口调用可加 force=true 一并删除。',
    en: 'Still in use (devices: {devices}, packages: {packages}, campaigns: {campaigns}). Delete with force=true to remove them too.',
  },
  CAMPAIGN_OPEN: {
    zh: '批次“{campaign}”尚未结束。请先取消该批次。',
    en: 'Campaign "{campaign}" is still running. Cancel it first.',
  },
  PROTOCOL_NOT_SERVED: {
    zh: '此版本尚不支持协议 {protocol}。可用：{served}',
    en: 'Protocol {protocol} is not supported. Supported: {served}',
  },
  TLS_OFF: {
    zh: '站点以 --no-tls 启动，未开启 HTTPS。请改用 HTTP，或去掉 --no-tls 重新启动。',
    en: 'TLS is off (--no-tls). Use HTTP, or restart without --no-tls.',
  },
  CA_UNUSABLE: {
    zh: '站点的 CA 无法使用：{file} {problem}{system}。HTTPS 和 MQTTS 未启用。请从备份恢复该文件，或在设置中新建 CA（信任它的设备须更换证书）。',
    en: 'The certificate authority of this station cannot be used: {file} {problem}{system}. HTTPS and MQTTS are off. Restore the file from a backup, or create a new CA in the settings; every device that trusts it then needs the new certificate.',
  },
  TLS_PORT: {
    zh: '新的 CA 已生效，但有端口无法打开：{system}',
    en: 'The new certificate authority is there, but a port cannot be opened: {system}',
  },
  KNOCK_NEEDS_PRODUCT: {
    zh: '没有产品 Key 为 {key} 且协议相符的产品。请先创建该产品，再接受设备。',
    en: 'No product with key {key} and this protocol. Create it first, then accept the device.',
  },
  KNOCK_NEEDS_SECRET: {
    zh: '设备 {device} 使用签名登录，平台得不到其密钥。请填写设备中的密钥。',
    en: 'Device {device} uses a signed login. Enter the secret stored in the device.',
  },
  KNOCK_KNOWN: {
    zh: '设备 {device} 已登记，但密钥不同。请核对设备中的密钥；如需更换，点击“改用其密钥”（接口：replaceSecret=true）。',
    en: 'Device {device} is registered with another secret. Check the device; to change it, press "Use its secret" (API: replaceSecret=true).',
  },
  KNOCK_UNREADABLE: {
    zh: '该设备的登录不符合任何协议的格式，无法登记。请检查设备的用户名。',
    en: 'This login matches no protocol, so the device cannot be registered. Check its user name.',
  },
  PLAIN_REFUSED: {
    zh: '设备 {device} 使用明文密钥，而产品“{product}”只接受签名登录。请在产品中允许明文密钥，或修改设备。',
    en: 'Device {device} sends a plain secret; product "{product}" accepts signed logins only. Allow plain secrets in the product, or change the device.',
  },
  SEVERAL_FILES: {
    zh: '协议 {protocol} 的升级包只能有一个文件。请合并成一个文件，或分成几个升级包。',
    en: 'Protocol {protocol} allows one file per package. Merge the files, or create several packages.',
  },
  MD5_ONLY: {
    zh: '协议 {protocol} 的设备只能校验 MD5。请将签名算法改为 MD5。',
    en: 'Protocol {protocol} supports MD5 only. Select MD5 as the signature method.',
  },
  MODULES_UNKNOWN: {
    zh: '协议 {protocol} 只升级整机，没有其他模块。请使用模块 default。',
    en: 'Protocol {protocol} upgrades the whole device only. Use module "default".',
  },
  ASKING_UNKNOWN: {
    zh: '协议 {protocol} 的设备不会主动查询升级。请选择“主动推送”。',
    en: 'Devices of protocol {protocol} cannot query. Select "Push".',
  },
  POLICY_UNKNOWN: {
    zh: '协议 {protocol} 不支持静默升级。请将升级模式设为“标准”。',
    en: 'Protocol {protocol} does not support silent upgrades. Set the mode to "Standard".',
  },
  MQTT_DOWNLOAD_UNKNOWN: {
    zh: '协议 {protocol} 的设备不能通过 MQTT 下载文件。请选择 http 或 https。',
    en: 'Protocol {protocol} does not support MQTT download. Select http or https.',
  },
  MQTT_DOWNLOAD_FILES: {
    zh: '通过 MQTT 只能下载一个文件，此升级包有 {files} 个。请选择 http 或 https。',
    en: 'MQTT download supports one file; this package has {files}. Select http or https.',
  },
  MQTT_DOWNLOAD_SIZE: {
    zh: 'MQTT 下载的文件不能超过 {limit}，{file} 超限。请选择 http 或 https。',
    en: 'MQTT download is limited to {limit}; {file} is larger. Select http or https.',
  },
  FILE_FORMAT: {
    zh: '不支持文件 {file} 的格式。可用格式：{formats}',
    en: 'File type of {file} not supported. Supported: {formats}',
  },
  FILE_EMPTY: {
    zh: '文件 {file} 是空的。请选择正确的固件文件。',
    en: 'File {file} is empty. Choose the right firmware file.',
  },
  FILE_NAME: {
    zh: '文件名 {file} 只能包含英文字母、数字和常用符号（设备无法识别中文文件名）。请改名后重试。',
    en: 'File name {file}: use letters, digits and common symbols only. Rename it and try again.',
  },
  FILE_MISSING: { zh: '没有选择文件。请选择文件后重试。', en: 'No file selected. Choose a file and try again.' },
  UPLOAD_GONE: {
    zh: '上传的文件已不存在，请重新选择文件。',
    en: 'The uploaded file no longer exists. Choose the file again.',
  },
  DIFF_NO_BASE: {
    zh: '本机没有版本 {version} 的文件，无法生成差分包。请上传设备上运行的该版本文件。',
    en: 'No image of version {version} here. Upload the file that devices on that version run.',
  },
  DIFF_SAME: {
    zh: '起始版本 {version} 就是该升级包的目标版本。请选择其他起始版本。',
    en: 'Base version {version} is the target version of the package. Select another base version.',
  },
  DIFF_SEVERAL_FILES: {
    zh: '“{package}”有多个文件，不能用差分包。请选择“整包”，或合并成一个文件。',
    en: '"{package}" has several files; deltas need a single file. Select Full, or merge the files.',
  },
  DIFF_OTHER_MODULE: {
    zh: '升级包“{package}”属于其他产品或模块。请选择同一模块的升级包。',
    en: 'Package "{package}" belongs to another product or module. Select one of the same module.',
  },
  DIFF_OTHER_IMAGE: {
    zh: '版本 {version} 已有升级包（文件 {file}），内容与上传的不同。请使用该升级包，或核对版本号。',
    en: 'Version {version} already has a package, and its file {file} differs. Use that package, or check the version.',
  },
  BASE_IN_USE: {
    zh: '仍有 {patches} 个差分包要用此镜像生成或校验。请等待完成，或先取消它们。',
    en: '{patches} deltas still need this image. Wait for them, or cancel them first.',
  },
  DIFF_IN_USE: {
    zh: '仍有 {devices} 台设备正在使用此差分包。请等待完成，或先取消批次。',
    en: '{devices} devices are upgrading with this delta. Wait for them, or cancel the campaign first.',
  },
  DIFF_NOT_READY: {
    zh: '差分包尚未生成，没有可下载的文件。请等待生成完成；若已失败，请重新生成。',
    en: 'Delta not ready yet. Wait until it is generated; if it failed, generate it again.',
  },
  DIFF_CANCELLED: {
    zh: '差分包的生成已取消。需要时可重新生成。',
    en: 'Generation of this delta was cancelled. Generate it again if needed.',
  },
  DIFF_WRONG_RESULT: {
    zh: '此差分包还原后与升级包文件 {file} 不一致。请检查起始版本和格式，或重新制作。',
    en: 'The restored delta does not match {file}. Check base version and format, or generate it again.',
  },
  DIFF_MISSING: {
    zh: '升级包“{package}”没有差分包。请先生成，或选择“自动”或“整包”。',
    en: 'Package "{package}" has no delta. Generate one, or select Automatic or Full.',
  },
  NOT_VERIFIED: {
    zh: '升级包“{package}”尚未验证。请先验证，或明确跳过验证。',
    en: 'Package "{package}" is not verified. Verify it, or skip verification.',
  },
  OTHER_PRODUCT: {
    zh: '设备 {device}（ID {id}）属于其他产品，而升级包属于产品“{product}”。请只选择该产品的设备。',
    en: 'Device {device} (ID {id}) belongs to another product; the package is for "{product}". Select only devices of that product.',
  },
  NO_DEVICE_MATCHES: {
    zh: '没有符合条件的设备。请检查产品、模块、待升级版本号和所选设备。',
    en: 'No device matches. Check product, module, current version and selected devices.',
  },
  IMPORT_ROWS: { zh: '导入失败，未写入任何设备。{detail}', en: 'Nothing was imported. {detail}' },
  SIMULATOR_LIMIT: { zh: '最多模拟 {max} 台设备。', en: 'At most {max} virtual devices can run.' },
  SLOT_BUSY: {
    zh: '工位“{slot}”正在烧录。请等它结束，或先停止。',
    en: 'Slot "{slot}" is flashing. Wait until it ends, or stop it first.',
  },
  NO_RECIPE: {
    zh: '未选择配方。请为产线选择配方后重试。',
    en: 'No recipe selected. Select one for the line and retry.',
  },
  NOTHING_TO_FLASH: {
    zh: '没有可烧录的工位：未插入单板，或都已通过。请插入单板；要重烧，请打开工位点击“再烧录一次”。',
    en: 'No slot to flash: no unit plugged in, or all passed. Plug in units; to repeat, open the slot and press "Flash again".',
  },
  NO_SLOT_WAITS: {
    zh: '没有等待扫码的工位。请清除一个工位，或等烧录结束后再扫。',
    en: 'No slot is waiting for a barcode. Clear a slot, or scan again after a run ends.',
  },
  BENCH_BUSY: {
    zh: '有工位正在烧录（{slot}）。请等它结束，或先停止。',
    en: 'Slot {slot} is flashing. Wait until it ends, or stop it first.',
  },
  RECIPE_BROKEN: {
    zh: '配方缺少文件 {name}（升级包可能已被删除）。请编辑配方，重新添加。',
    en: 'File {name} of the recipe is missing; its package may have been deleted. Edit the recipe and add it again.',
  },
  RECIPE_FILE_BAD: {
    zh: '该文件不是完整的配方文件（{detail}）。请重新导出并复制。',
    en: 'Not a complete recipe file ({detail}). Export and copy it again.',
  },
  ENGINEER_ONLY: {
    zh: '只有工程师可以执行此操作。请用工程师 PIN 解锁后重试。',
    en: 'Only engineers may do this. Unlock with the engineer PIN and try again.',
  },
  PIN_WRONG: {
    zh: 'PIN 错误，1 分钟内还可尝试 {left} 次。',
    en: 'Wrong PIN. {left} tries left this minute.',
  },
  PIN_WAIT: {
    zh: 'PIN 输错次数过多。请等待 {seconds} 秒后再试。',
    en: 'Too many wrong PINs. Wait {seconds} s, then try again.',
  },
  CONTENT_DAMAGED: {
    zh: '文件 {name} 在本站点上已损坏或丢失，因此不再下发。请重新上传同一文件，即可恢复。',
    en: 'File {name} is damaged or missing on this station, so it is not handed out. Upload the same file again to heal it.',
  },
  BACKUP_BUSY: {
    zh: '正在备份或恢复。请等其完成后再试。',
    en: 'A backup or a restore is under way. Try again when it is done.',
  },
  BACKUP_BAD: {
    zh: '该备份无法恢复：{detail}。未更改任何内容。请选择其他备份。',
    en: 'This backup cannot be restored: {detail}. Nothing was changed. Choose another backup.',
  },
  DATABASE_DAMAGED: {
    zh: '数据库已损坏（{detail}），因此无法执行此操作。请在“设置”的“备份与恢复”中恢复最新的备份。',
    en: 'The database is damaged ({detail}), so this cannot be done. Restore the newest backup in Settings, Backup and restore.',
  },
  RESTORE_FLASHING: {
    zh: '有 {slots} 个工位正在烧录，恢复会将其中断。请等烧录完成后再试。',
    en: 'Slots are being flashed ({slots}), and a restore would break them off. Try again when they are done.',
  },
  PIN_NOT_SET: {
    zh: '尚未设置工程师 PIN，所有操作均可执行。',
    en: 'No engineer PIN set; nothing is locked.',
  },
  SIMULATOR_CRASHED: {
    zh: '虚拟设备意外停止：{detail}。请重新启动模拟设备。',
    en: 'The virtual devices stopped unexpectedly: {detail}. Start them again.',
  },
  SIMULATOR_REFUSED: {
    zh: '虚拟设备 {device} 登录被拒（{detail}）。请检查其密钥，或停止后重新启动模拟设备。',
    en: 'Virtual device {device} was rejected ({detail}). Check its secret, or restart the simulator.',
  },
  SIMULATOR_UNREACHABLE: {
    zh: '虚拟设备 {device} 无法连接站点（{detail}），正在重试。请检查 MQTT 和 HTTP 端口。',
    en: 'Virtual device {device} cannot reach the station ({detail}); retrying. Check the MQTT and HTTP ports.',
  },
  DIFF_TOO_LARGE: {
    zh: '{format} 差分只支持不超过 {limit} 的镜像。请改用 bsdiff 格式，或使用整包。',
    en: '{format} supports images up to {limit}. Select bsdiff, or send the full package.',
  },
  DIFF_UNSUPPORTED: {
    zh: '该差分格式不支持此镜像（zip 仅用于 ZIP、APK、JAR；详情：{detail}）。请改用 bsdiff，或使用整包。',
    en: 'This format does not support the image (zip is for ZIP, APK and JAR only; {detail}). Select bsdiff, or send the full package.',
  },
  DIFF_MEMORY: {
    zh: '生成差分包约需 {needed} 内存，可用 {free}。请关闭其他程序后重试，或使用整包。',
    en: 'This delta needs about {needed} of memory; {free} is free. Close other programs and retry, or send the full package.',
  },
  DIFF_OUT_OF_MEMORY: {
    zh: '生成差分包时内存不足。请关闭其他程序后重试，或使用整包。',
    en: 'Out of memory while generating the delta. Close other programs and retry, or send the full package.',
  },
  DIFF_NOT_RESTORED: {
    zh: '差分包还原结果与新镜像不一致（{detail}），已丢弃。请换一种格式，或使用整包，并反馈此问题。',
    en: 'The delta did not restore the new image ({detail}) and was discarded. Choose another format or send the full package, and report this.',
  },
  DIFF_BAD_PATCH: {
    zh: '该差分包不是所选格式，或不适用于此旧版本镜像（{detail}）。请检查格式和旧版本。',
    en: 'Not a valid delta in this format for this base image ({detail}). Check format and base version.',
  },
  DIFF_FAILED: {
    zh: '差分包生成意外中断：{detail}。请重试。',
    en: 'Delta generation ended unexpectedly: {detail}. Retry.',
  },
}

/** A noun begins a sentence with a capital letter. */
const atStart = (noun: string, at: number): string => (at === 0 ? noun.charAt(0).toUpperCase() + noun.slice(1) : noun)

/**
 * The text of an error for a person. Unknown codes (a newer station, an older screen) read as INTERNAL.
 * @param fill values for the `{name}` places, `nameZh` where the Chinese one differs; a missing one is left out.
 */
export const errorText = (code: string, language: Language, fill: ErrorData = {}): string => {
  if (code === 'ILLEGAL_MOVE') return moveText(language, fill)
  const texts = code in errorTexts ? errorTexts[code as keyof typeof errorTexts] : errorTexts.INTERNAL
  return texts[language].replace(/\{(\w+)\}/g, (_, key: string, at: number) => {
    const given = (language === 'zh' ? fill[`${key}Zh`] : undefined) ?? fill[key]
    const value =
      key === 'what'
        ? atStart(nounText(String(given), language), at)
        : key === 'rule'
          ? (ruleText(String(given), language) ?? given)
          : key === 'detail'
            ? (deltaFaultText(String(given), language) ?? given)
            : key === 'problem'
              ? (damageText(String(given), language) ?? given)
              : given
    return value === undefined ? '' : Array.isArray(value) ? value.join(language === 'zh' ? '、' : ', ') : String(value)
  })
}
