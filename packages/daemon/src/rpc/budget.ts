/**
 * Shares out what the daemon has only so much of (calls, bytes that wait to be
 * read) among those who connect. Each may hold so much; when all together hold
 * all there is, whoever holds most has to go, so that one who takes everything
 * shuts out himself, not the others.
 */

export interface BudgetLimits {
  each: number
  all: number
}

/** What one holder has of a budget. */
export interface Share {
  readonly held: number
  /** False when the holder would have more than is his, or has gone. */
  take(amount: number): boolean
  give(amount: number): void
  /** Gives everything back; nothing can be taken afterwards. */
  close(): void
}

interface Account {
  held: number
  evict(): void
}

export class Budget {
  /** The oldest first. */
  private readonly accounts = new Set<Account>()
  private total = 0

  constructor(private readonly limits: BudgetLimits) {}

  /** `evict` ends the holder, and closes the share before it returns. */
  open(evict: () => void): Share {
    const account: Account = { held: 0, evict }
    this.accounts.add(account)
    return {
      get held() {
        return account.held
      },
      take: (amount) => this.take(account, amount),
      give: (amount) => this.give(account, amount),
      close: () => {
        this.give(account, account.held)
        this.accounts.delete(account)
      },
    }
  }

  private take(account: Account, amount: number): boolean {
    if (account.held + amount > this.limits.each) return false
    while (this.total > 0 && this.total + amount > this.limits.all) this.greatest().evict()
    if (!this.accounts.has(account)) return false
    account.held += amount
    this.total += amount
    return true
  }

  private give(account: Account, amount: number): void {
    if (!this.accounts.has(account)) return
    account.held -= amount
    this.total -= amount
  }

  /** The oldest of those who hold most. */
  private greatest(): Account {
    return [...this.accounts].reduce((greatest, one) => (one.held > greatest.held ? one : greatest))
  }
}
