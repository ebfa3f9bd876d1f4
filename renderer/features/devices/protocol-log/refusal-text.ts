import type { Translate } from '../../../i18n/i18n.ts'

/** The station's own reasons, by the phrases in which it writes them. */
const known = {
  'no form of a login': 'unknownForm',
  'wrong secret or signature': 'wrongSecret',
  'the product takes signed logins only': 'plainRefused',
  'its token has expired, or its clock is wrong': 'tokenExpired',
  'publish outside its own topics': 'foreignPublish',
  'subscription outside its own topics': 'foreignSubscription',
  'the connection ended before it was sent': 'notSent',
  'the broker did not take it': 'brokerRefused',
  'the connection ended before the end': 'brokeOff',
  'not stored, not acknowledged': 'notStored',
} as const

/** Why a message was not accepted, in the reader's language; what a protocol's reading says is shown as it is. */
export const refusalText = (refused: string, t: Translate): string => {
  const status = /^answered with (\d+)$/.exec(refused)?.[1]
  if (status !== undefined) return t('protocols.log.refusals.answered', { status })
  return refused in known ? t(`protocols.log.refusals.${known[refused as keyof typeof known]}`) : refused
}
