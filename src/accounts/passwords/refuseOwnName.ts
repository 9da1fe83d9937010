import { ValidationError } from '../../domain/errors.ts'

/** The message for a password that is the address or the name of its own account. */
export const OWN_NAME = 'This is your own email address or name. Choose a password that nobody can guess from them.'

/** True if the password is the address, its local part, or the name of the account, in any case and with any spaces. */
export function isOwnName(password: string, { email, displayName }: { email: string; displayName: string }): boolean {
  const [localPart = ''] = email.split('@', 1)
  return [email, localPart, displayName].some((name) => plain(name) === plain(password))
}

/** Refuses such a password with ValidationError, at the field `newPassword`. */
export function refuseOwnName(newPassword: string, account: { email: string; displayName: string }): void {
  if (isOwnName(newPassword, account)) {
    throw new ValidationError([{ path: ['input', 'newPassword'], message: OWN_NAME }])
  }
}

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s/gu, '')
