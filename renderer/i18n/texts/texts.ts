import { campaigns } from './campaigns.ts'
import { common, fields, states } from './common.ts'
import { devices, products } from './devices.ts'
import { overview } from './overview.ts'
import { packages } from './packages.ts'
import { settings } from './settings.ts'

/** Every text of the screen by language. English shapes the keys, as it alone has plural forms. */
export const texts = {
  zh: {
    ...common.zh,
    fields: fields.zh,
    states: states.zh,
    overview: overview.zh,
    packages: packages.zh,
    campaigns: campaigns.zh,
    devicesPage: devices.zh,
    products: products.zh,
    settings: settings.zh,
  },
  en: {
    ...common.en,
    fields: fields.en,
    states: states.en,
    overview: overview.en,
    packages: packages.en,
    campaigns: campaigns.en,
    devicesPage: devices.en,
    products: products.en,
    settings: settings.en,
  },
} as const
