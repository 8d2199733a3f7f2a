import type { Step } from './story.ts';

/** A day as it is told. The last command is the one whose exit code is judged. */
export interface Chapter {
  /** The name of its step in story.json. */
  readonly step: string;
  readonly title: string;
  readonly before: (step: Step) => string;
  readonly commands: readonly { readonly args: readonly string[]; readonly says?: (step: Step) => string }[];
  /** Shown after the checks, and not judged. */
  readonly after?: (step: Step) => string;
}

export const opening = `
  This is Rollcall on a company of three hundred invented people, over three days. Their accounts are in an
  application called Cosmo. For the next few seconds it is played on this machine by a mock: it answers requests, sends
  its e-mails into a mailbox of its own, and keeps a journal of everything that it was asked.

  After each day the accounts, the mailbox and the journal are compared with what should have become of that day.
  What Rollcall says of itself does not count.`;

export const chapters: readonly Chapter[] = [
  {
    step: 'day1',
    title: 'Day one: everybody gets an account',
    before: () => `
      The HR system has exported everybody whom it knows into a file, people.csv. Cosmo is still empty. What would
      happen? A plan says who, what and why, and sends nothing that writes. Here it shows one person; --all
      would show everybody.`,
    commands: [
      {
        args: ['plan', '--show', '1'],
        says: (step) => `
          The file has more rows than the plan has people: some of them left long ago, and nobody gets an account in order to be
          switched off. The notes are about people whose manager the file does not know. They get their account, only
          without a manager. That looks right, so now the same in earnest, for ${step.created.length} people.`,
      },
      { args: ['sync', '--show', '0'] },
    ],
    after: (step) => `
      Cosmo has invited each of them by e-mail. Now they accept and sign in, all but ${step.invitationsLeftOpen.length}
      who do not read their e-mail.`,
  },
  {
    step: 'day1-evening',
    title: 'The evening: two people resign',
    before: () => `
      The evening's export arrives. In two rows the status has become "left" or "terminated"; the configuration says
      that both of these words mean no.`,
    commands: [{ args: ['sync'] }],
  },
  {
    step: 'day2',
    title: 'Day two: joiners, movers, leavers',
    before: () => `
      Overnight people have joined, been promoted, changed teams, married and left. Some leavers have a status that says
      so, others are simply missing from the file. One of the two from last night has thought better of it. And one row
      has a status that nobody has explained to Rollcall.`,
    commands: [
      { args: ['plan', '--show', '3'] },
      {
        args: ['sync', '--show', '0'],
      },
    ],
    after: ({ rejected }) => `
      The exit code is 4, which a cron job can watch for: done, but somebody has to look at something. Does ${rejected.map(({ key }) => key).join(', ')}
      work here, on a sabbatical? Rollcall does not guess. The row is set aside, and the account stays as it was.`,
  },
  {
    step: 'day2-again',
    title: 'The same file once more',
    before: () => `
      Rollcall remembers what Cosmo has confirmed, so it knows that there is nothing to do, and does not even ask.`,
    commands: [{ args: ['sync', '--show', '0'] }],
  },
  {
    step: 'day3',
    title: 'Day three: half a file',
    before: () => `
      While the export was being written, the disk ran full. The file stops in the middle of a row, and more than a
      hundred people are missing from it. Have they all left?`,
    commands: [{ args: ['sync', '--show', '0'] }],
    after: () => `
      No. Somebody counts as missing only where the file was read to its end. All that comes of this one is held, exit
      code 3, until a whole file arrives or a person approves what is there; and even then nobody leaves by being absent
      from it.`,
  },
];
