import type { Language } from './language.ts'

/** German. */
export const de: Language = {
  tag: 'de',
  greeting: (name) => `Guten Tag ${name},`,
  footer: 'Sie erhalten diese Mail, weil diese Adresse zu einem Konto bei uns gehört oder für eines angegeben wurde.',
  unsubscribe: 'Mails dieser Art abschalten',
  letters: {
    VERIFY_EMAIL: () => ({
      subject: 'Bestätigen Sie Ihre E-Mail-Adresse',
      paragraphs: [
        'bitte bestätigen Sie, dass dies Ihre E-Mail-Adresse ist. Bis dahin können Sie sich umsehen und Entwürfe schreiben.',
        'Der Link gilt einmal und 48 Stunden lang. Wenn Sie kein Konto angelegt haben, ignorieren Sie diese Mail.',
      ],
      linkLabel: 'Adresse bestätigen',
    }),
    CONFIRM_EMAIL_CHANGE: () => ({
      subject: 'Bestätigen Sie Ihre neue E-Mail-Adresse',
      paragraphs: [
        'bitte bestätigen Sie, dass Sie sich künftig mit dieser E-Mail-Adresse anmelden möchten.',
        'Der Link gilt einmal und 48 Stunden lang. Wenn Sie das nicht veranlasst haben, ignorieren Sie diese Mail: Nichts ändert sich.',
      ],
      linkLabel: 'Neue Adresse bestätigen',
    }),
    EMAIL_CHANGED: ({ newEmail }) => ({
      subject: 'Ihre E-Mail-Adresse wurde geändert',
      paragraphs: [
        `die E-Mail-Adresse Ihres Kontos ist jetzt ${newEmail}.`,
        'Wenn Sie das nicht waren, wenden Sie sich sofort an uns: Jemand anderes könnte Zugang zu Ihrem Konto haben.',
      ],
    }),
    RESET_PASSWORD: () => ({
      subject: 'Setzen Sie Ihr Passwort zurück',
      paragraphs: [
        'mit diesem Link können Sie ein neues Passwort wählen. Alle Geräte werden dann abgemeldet.',
        'Der Link gilt einmal und eine Stunde lang. Wenn Sie ihn nicht angefordert haben, ignorieren Sie diese Mail: Ihr Passwort bleibt, wie es ist.',
      ],
      linkLabel: 'Neues Passwort wählen',
    }),
    PASSWORD_CHANGED: () => ({
      subject: 'Ihr Passwort wurde geändert',
      paragraphs: [
        'das Passwort Ihres Kontos wurde geändert, und alle anderen Geräte wurden abgemeldet.',
        'Wenn Sie das nicht waren, setzen Sie Ihr Passwort jetzt zurück und wenden Sie sich an uns.',
      ],
    }),
    ACCESS_TOKEN_CREATED: ({ tokenName, hint }) => ({
      subject: 'Für Ihr Konto wurde ein Zugriffstoken erstellt',
      paragraphs: [
        `mit dem Zugriffstoken „${tokenName}“, das auf ${hint} endet, können Programme jetzt in Ihrem Namen handeln.`,
        'Wenn Sie es nicht erstellt haben, ändern Sie jetzt Ihr Passwort, was alle Zugriffstokens beendet, und wenden Sie sich an uns.',
      ],
    }),
    OPENID_LINKED: ({ provider }) => ({
      subject: `Sie können sich jetzt mit ${provider} anmelden`,
      paragraphs: [
        `Ihr Konto bei ${provider} wurde zum ersten Mal für die Anmeldung verwendet. Es öffnet von nun an Ihr Konto bei uns.`,
        'Wenn Sie das nicht waren, wenden Sie sich sofort an uns: Jemand anderes könnte Zugang zu Ihrem Konto haben.',
      ],
    }),
    SECOND_FACTOR_ADDED: ({ factorName }) => ({
      subject: 'Ihr Konto hat einen zweiten Faktor erhalten',
      paragraphs: [
        `der zweite Faktor „${factorName}“ gehört jetzt zu Ihrem Konto. Ab sofort wird er bei jeder Anmeldung verlangt, oder einer Ihrer Wiederherstellungscodes.`,
        'Wenn Sie das nicht waren, setzen Sie Ihr Passwort jetzt zurück und wenden Sie sich an uns.',
      ],
    }),
    SECOND_FACTOR_REMOVED: ({ factorName, isLast }) => ({
      subject: 'Ein zweiter Faktor Ihres Kontos wurde entfernt',
      paragraphs: [
        `der zweite Faktor „${factorName}“ wurde von Ihrem Konto entfernt, und alle anderen Geräte wurden abgemeldet.`,
        ...(isLast ? ['Es war der letzte: Ab sofort genügt Ihr Passwort für die Anmeldung.'] : []),
        'Wenn Sie das nicht waren, setzen Sie Ihr Passwort jetzt zurück und wenden Sie sich an uns.',
      ],
    }),
    RECOVERY_CODE_USED: ({ codesLeft }) => ({
      subject: 'Ein Wiederherstellungscode Ihres Kontos wurde benutzt',
      paragraphs: [
        `ein Wiederherstellungscode wurde anstelle Ihres zweiten Faktors benutzt. Verbleibende Wiederherstellungscodes: ${codesLeft}. Mit einem weiteren zweiten Faktor erhalten Sie neue.`,
        'Wenn Sie das nicht waren, setzen Sie Ihr Passwort jetzt zurück und wenden Sie sich an uns.',
      ],
    }),
    WEBHOOK_DISABLED: ({ host }) => ({
      subject: 'Ihr Webhook-Endpunkt wurde abgeschaltet',
      paragraphs: [
        `Ereignisse konnten nicht an Ihren Endpunkt auf ${host} zugestellt werden. Deshalb wurde er abgeschaltet.`,
        'Seine Zustellungen zeigen die Fehler. Wenn der Endpunkt wieder arbeitet, schalten Sie ihn ein und wiederholen Sie die Zustellungen, die Sie brauchen.',
      ],
    }),
    NOTIFICATION: ({ title, body }) => ({ subject: title, paragraphs: [body] }),
    NOTIFICATION_DIGEST: ({ entries }) => ({
      subject: entries.length === 1 ? 'Eine Benachrichtigung' : `${entries.length} Benachrichtigungen`,
      paragraphs: ['das ist seit gestern geschehen:', ...entries.map(({ title, body }) => `${title}: ${body}`)],
    }),
  },
}
