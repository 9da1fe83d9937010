import type { NotificationLanguage } from './language.ts'

const von = (title: string | null) => title ?? 'Ihr Auftrag'

/** German. */
export const de: NotificationLanguage = {
  tag: 'de',
  hidden: { title: 'Etwas hat sich geändert', body: 'Es betrifft etwas, das Sie nicht mehr sehen können.' },
  words: {
    termsChanged: ({ title }) => ({
      title: `Geändert: ${von(title)}`,
      body: 'Der Auftrag wurde geändert. Wenn Sie sich beworben haben, bestätigen Sie Ihre Bewerbung für die neuen Bedingungen.',
    }),
    invited: ({ title }) => ({
      title: `Sie sind eingeladen: ${von(title)}`,
      body: 'Nehmen Sie den Auftrag an, wenn Sie ihn ausführen möchten.',
    }),
    applicationReceived: ({ title }) => ({
      title: `Neue Bewerbung: ${von(title)}`,
      body: 'Jemand möchte Ihren Auftrag ausführen.',
    }),
    applicationUpdated: ({ title }) => ({
      title: `Bewerbung geändert: ${von(title)}`,
      body: 'Eine Bewerbung wurde geändert oder bestätigt.',
    }),
    applicationWithdrawn: ({ title }) => ({
      title: `Bewerbung zurückgezogen: ${von(title)}`,
      body: 'Jemand möchte Ihren Auftrag nicht mehr ausführen.',
    }),
    applicationRejected: ({ title }) => ({
      title: `Nicht gewählt: ${von(title)}`,
      body: 'Ihre Bewerbung wurde nicht gewählt.',
    }),
    taskAccepted: ({ title }) => ({ title: `Angenommen: ${von(title)}`, body: 'Jemand hat Ihren Auftrag angenommen.' }),
    youWereAccepted: ({ title }) => ({
      title: `Der Auftrag gehört Ihnen: ${von(title)}`,
      body: 'Sie wurden für den Auftrag angenommen.',
    }),
    otherWasAccepted: ({ title }) => ({
      title: `Vergeben: ${von(title)}`,
      body: 'Jemand anderes wurde angenommen, Ihre Bewerbung ist geschlossen.',
    }),
    taskFunded: ({ title }) => ({
      title: `Eingezahlt: ${von(title)}`,
      body: 'Das Geld für den Auftrag liegt für Sie bereit. Sie können beginnen.',
    }),
    holdExpiring: ({ title }) => ({
      title: `Einbehaltenes Geld läuft ab: ${von(title)}`,
      body: 'Der Zahlungsdienst hält das Geld nur noch 14 Tage.',
    }),
    fundingFailed: ({ title }) => ({
      title: `Zahlung fehlgeschlagen: ${von(title)}`,
      body: 'Ihre Zahlung wurde abgelehnt. Versuchen Sie ein anderes Zahlungsmittel.',
    }),
    fundingLapsed: ({ title }) => ({
      title: `Nicht rechtzeitig eingezahlt: ${von(title)}`,
      body: 'Der Auftrag wurde nicht rechtzeitig bezahlt und ist wieder offen.',
    }),
    acceptanceLapsed: ({ title }) => ({
      title: `Annahme verfallen: ${von(title)}`,
      body: 'Der Auftrag wurde nicht rechtzeitig bezahlt, Ihre Annahme ist beendet.',
    }),
    taskOpenAgain: ({ title }) => ({ title: `Wieder offen: ${von(title)}`, body: 'Ihre Bewerbung gilt wieder.' }),
    taskerWithdrew: ({ title }) => ({
      title: `Rückzug: ${von(title)}`,
      body: 'Die ausführende Person hat sich zurückgezogen. Der Auftrag ist wieder offen.',
    }),
    workSubmitted: ({ title }) => ({
      title: `Arbeit eingereicht: ${von(title)}`,
      body: 'Prüfen Sie die Arbeit, nehmen Sie sie ab oder verlangen Sie Änderungen. Nach fünf Tagen gilt sie als abgenommen.',
    }),
    changesRequested: ({ title }) => ({
      title: `Änderungen verlangt: ${von(title)}`,
      body: 'Es werden Änderungen verlangt.',
    }),
    workApproved: ({ title }) => ({ title: `Arbeit abgenommen: ${von(title)}`, body: 'Sie werden bezahlt.' }),
    workApprovedByTime: ({ title }) => ({
      title: `Arbeit abgenommen: ${von(title)}`,
      body: 'Die Arbeit gilt als abgenommen, weil fünf Tage vergangen sind.',
    }),
    reviewsPublished: ({ title }) => ({
      title: `Bewertungen: ${von(title)}`,
      body: 'Die Bewertungen des Auftrags sind veröffentlicht.',
    }),
    taskCanceled: ({ title }) => ({ title: `Abgesagt: ${von(title)}`, body: 'Der Auftrag wurde abgesagt.' }),
    taskExpired: ({ title }) => ({
      title: `Abgelaufen: ${von(title)}`,
      body: 'Die Frist des Auftrags ist abgelaufen.',
    }),
    disputeOpened: ({ title }) => ({
      title: `Streitfall: ${von(title)}`,
      body: 'Ein Streitfall wurde eröffnet. Das Geld ist eingefroren.',
    }),
    disputeEvidenceAdded: ({ title }) => ({
      title: `Streitfall: ${von(title)}`,
      body: 'Im Streitfall gibt es neue Belege.',
    }),
    disputeOverdue: ({ title }) => ({
      title: `Streitfall: ${von(title)}`,
      body: 'Der Streitfall wartet noch auf eine Entscheidung.',
    }),
    disputeWithdrawn: ({ title }) => ({
      title: `Streitfall beendet: ${von(title)}`,
      body: 'Der Streitfall wurde zurückgezogen.',
    }),
    disputeResolved: ({ title }) => ({
      title: `Streitfall entschieden: ${von(title)}`,
      body: 'Der Streitfall wurde entschieden.',
    }),
    chargebackOpened: ({ title }) => ({
      title: `Rückbuchung: ${von(title)}`,
      body: 'Die Bank verlangt die Zahlung zurück. Das Geld ist eingefroren.',
    }),
    chargebackEvidenceRefused: ({ title }) => ({
      title: `Rückbuchung: ${von(title)}`,
      body: 'Der Zahlungsdienst hat die Belege abgelehnt.',
    }),
    chargebackEvidenceDue: ({ title }) => ({
      title: `Rückbuchung: ${von(title)}`,
      body: 'Die Belege sind bald fällig.',
    }),
    chargebackWon: ({ title }) => ({
      title: `Rückbuchung beendet: ${von(title)}`,
      body: 'Die Bank lässt die Zahlung bestehen.',
    }),
    chargebackLost: ({ title }) => ({
      title: `Rückbuchung verloren: ${von(title)}`,
      body: 'Die Bank hat die Zahlung zurückgeholt.',
    }),
    refunded: ({ title }) => ({ title: `Erstattet: ${von(title)}`, body: 'Ihr Geld wurde erstattet.' }),
    refundFailed: ({ title }) => ({
      title: `Erstattung fehlgeschlagen: ${von(title)}`,
      body: 'Ihre Erstattung ist fehlgeschlagen, das Geld ist wieder einbehalten. Wir kümmern uns darum.',
    }),
    messageReceived: ({ title }) => ({
      title: `Neue Nachrichten: ${von(title)}`,
      body: 'Sie haben ungelesene Nachrichten.',
    }),
    supportReply: ({ title }) => ({
      title: title === null ? 'Der Kundendienst hat geantwortet' : `Der Kundendienst hat geantwortet: ${title}`,
      body: 'Sie haben ungelesene Nachrichten.',
    }),
    agentAssigned: () => ({ title: 'Der Kundendienst ist da', body: 'Jemand kümmert sich um Ihre Frage.' }),
    agentLeft: () => ({
      title: 'Ihre Frage wartet wieder',
      body: 'Der Kundendienst musste das Gespräch verlassen. Sie sind als Nächstes an der Reihe.',
    }),
    transferWaiting: ({ title }) => ({
      title: `Auszahlung wartet: ${von(title)}`,
      body: 'Ihre Auszahlung wartet: Vervollständigen Sie Ihre Angaben, oder das Geld ist eingefroren.',
    }),
    debtsNetted: ({ title }) => ({
      title: `Auszahlung verringert: ${von(title)}`,
      body: 'Ein Betrag, den Sie schulden, wurde von Ihrer Auszahlung abgezogen.',
    }),
    transferSucceeded: ({ title }) => ({ title: `Bezahlt: ${von(title)}`, body: 'Ihre Auszahlung ist unterwegs.' }),
    transferFailed: ({ title }) => ({
      title: `Auszahlung fehlgeschlagen: ${von(title)}`,
      body: 'Ihre Auszahlung ist fehlgeschlagen. Wir kümmern uns darum.',
    }),
    transferCanceled: ({ title }) => ({
      title: `Auszahlung abgebrochen: ${von(title)}`,
      body: 'Ihre Auszahlung wurde abgebrochen.',
    }),
    reversalRequested: ({ title }) => ({
      title: `Auszahlung zurückgefordert: ${von(title)}`,
      body: 'Geld einer Auszahlung wird von Ihnen zurückgeholt.',
    }),
    reversalSucceeded: ({ title }) => ({
      title: `Auszahlung zurückgefordert: ${von(title)}`,
      body: 'Geld einer Auszahlung wurde von Ihnen zurückgeholt.',
    }),
  },
}
