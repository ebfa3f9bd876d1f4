/** The demo line in the settings. */
export const demo = {
  zh: {
    title: '演示产线',
    hint: '一排模拟的单板，自动插拔、烧录，供培训和试用；不接触任何真实端口。停止时连同其记录一起删除。',
    slots: '工位数',
    failure: '故障率',
    failureHint: '写坏、断开、读保护、芯片不符等，轮流出现。',
    start: '启动演示产线',
    stop: '停止并删除',
    remove: '删除演示产线',
    open: '打开产线',
  },
  en: {
    title: 'Demo line',
    hint: 'A row of simulated boards that are plugged in and flashed by themselves, for training and a first look; no real port is touched. Stopping deletes it with its records.',
    slots: 'Slots',
    failure: 'Faults',
    failureHint: 'Worn flash, pulled cables, read protection, wrong chips, in turn.',
    start: 'Start the demo line',
    stop: 'Stop and delete',
    remove: 'Delete the demo line',
    open: 'Open the bench',
  },
} as const
