/** The languages of the screen and of every error. */
export const languages = ['zh', 'en'] as const
export type Language = (typeof languages)[number]
