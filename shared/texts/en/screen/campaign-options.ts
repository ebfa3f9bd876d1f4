/** Options of a campaign whose fields in the wizard are made from the schema. */
export const campaignOptions = {
  strategy: {
    name: 'Upgrade type',
    values: { static: 'Static', dynamic: 'Dynamic' },
    hints: {
      static: 'Only devices that match now',
      dynamic:
        'Also devices that report a matching version later. One dynamic campaign per module; a new one replaces the old.',
    },
  },
  policy: {
    name: 'Mode',
    values: { standard: 'Standard', silent: 'Silent' },
    hints: {
      standard: 'The device prompts its user, or follows its own rules',
      silent: 'The device upgrades at once without a prompt',
    },
  },
  conditions: {
    name: 'Device conditions',
    hint: 'Sent with the upgrade; the device checks them. Empty = not sent.',
    none: 'none',
    parts: { signal: 'Min. signal', battery: 'Min. battery' },
  },
  overwrite: {
    name: 'Take over devices not yet started in other campaigns',
    hint: 'On: devices still pending in other campaigns move to this one; started devices are not affected. Off: they are skipped.',
  },
  rate: {
    name: 'Rate limit',
    hint: 'Empty = no limit. Set it for slow networks or limited power.',
    none: 'no limit',
    parts: { perMinute: 'Max. per minute', concurrent: 'Max. concurrent' },
  },
  timeoutMinutes: { name: 'First progress to version report' },
  pushTimeoutMinutes: { name: 'No response to notification' },
  stepTimeoutMinutes: {
    name: 'Step timeout',
    hint: 'A device that stays too long in a step fails; the reason names the step. Empty = only the limits above.',
    none: 'none',
    parts: { downloading: 'Download timeout', installing: 'Installation timeout' },
  },
} as const
