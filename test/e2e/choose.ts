import type { Locator, Page } from 'playwright-core'

/** A list that has opened to its end: what is clicked while it still moves is sometimes not taken. */
const openList = (page: Page): Locator =>
  page.locator('.ant-select-dropdown:visible:not([class*="-enter"]):not([class*="-appear"])')

/** Chooses an option by its text in a select of the screen. Returns when the list has closed. */
export const choose = async (page: Page, testId: string, option: string): Promise<void> => {
  await page.getByTestId(testId).click()
  const list = openList(page)
  await list.locator('.ant-select-item').getByText(option, { exact: true }).click()
  await list.waitFor({ state: 'hidden' })
}
