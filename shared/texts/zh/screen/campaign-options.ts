/** Options of a campaign whose fields in the wizard are made from the schema. */
export const campaignOptions = {
  strategy: {
    name: '升级方式',
    values: { static: '静态升级', dynamic: '动态升级' },
    hints: {
      static: '只升级现在符合条件的设备',
      dynamic: '之后上报待升级版本的设备也会加入；每个模块只能有一个动态批次，新的取代旧的。',
    },
  },
  policy: {
    name: '升级模式',
    values: { standard: '标准', silent: '静默' },
    hints: { standard: '设备收到后提示用户或按自身规则升级', silent: '设备收到后直接升级，不提示用户' },
  },
  conditions: {
    name: '设备条件',
    hint: '随升级信息下发，由设备自行判断；留空则不下发。',
    none: '无',
    parts: { signal: '最低信号强度', battery: '最低剩余电量' },
  },
  overwrite: {
    name: '接管其他批次中未开始的设备',
    hint: '开启：其他批次中待升级的设备改由本批次升级，升级中的设备不受影响。关闭：这些设备记为已跳过。',
  },
  rate: {
    name: '速率限制',
    hint: '留空则不限。网络慢或供电不足时请设置。',
    none: '不限',
    parts: { perMinute: '每分钟最多', concurrent: '并发上限' },
  },
  timeoutMinutes: { name: '首次进度至上报版本' },
  pushTimeoutMinutes: { name: '推送后无响应' },
  stepTimeoutMinutes: {
    name: '步骤超时',
    hint: '同一步骤超时即记为失败，原因会注明步骤；留空则只按总时限。',
    none: '无',
    parts: { downloading: '下载超时', installing: '安装超时' },
  },
} as const
