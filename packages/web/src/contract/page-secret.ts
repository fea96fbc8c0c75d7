/** What a page sends besides the cookie with every change. */

export const PAGE_SECRET_HEADER = 'x-netwatcher-page'
/** Where pages keep it, in localStorage. */
export const PAGE_SECRET_KEY = 'netwatcher.page_secret'
/** Reason of a change that is refused for want of it. */
export const NO_PAGE_SECRET = 'NO_PAGE_SECRET'
