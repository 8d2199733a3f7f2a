import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Transporter } from 'nodemailer';
import type { Mail, Organisation } from '../directory/organisation.ts';
import type { MailServer } from './server.ts';
import { wordsOf } from './words.ts';

interface Letter {
  readonly mail: Mail;
  readonly organisation: Organisation;
}

/** Milliseconds for each step: to connect, for the greeting, and for any other word of the server. */
const PATIENCE = 5000;
/** Letters that wait: a mail server may be slower than who provisions, and for long. */
const MOST = 100_000;
const TOO_MANY = `more than ${MOST} e-mails wait for it already`;
/** Letters that are done are let go so often. */
const STEP = 1000;

export interface PostmanOptions {
  readonly server: MailServer;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Where the mock's door is, which the e-mail speaks of. */
  readonly origin: () => string;
  /** Takes a sentence about what went wrong. */
  readonly tell: (sentence: string) => void;
}

/**
 * Takes e-mails to a mail server, one after the other, while the mock goes on: no request waits for it, and whatever
 * goes wrong is written down beside the mail. The same trouble is told once, until something was delivered.
 */
export class Postman {
  readonly #options: PostmanOptions;
  #letters: Letter[] = [];
  /** How many of them are under way or done. */
  #taken = 0;
  #isWalking = false;
  #isOver = false;
  #told: string | undefined;
  #transport: Transporter | undefined;
  #socket: Socket | undefined;

  constructor(options: PostmanOptions) {
    this.#options = options;
  }

  post(mail: Mail, organisation: Organisation): void {
    if (this.#isOver) return;
    if (this.#letters.length - this.#taken >= MOST) {
      mail.delivery = { state: 'failed', at: this.#options.clock(), error: TOO_MANY };
      this.#tell(mail.invitation.email, TOO_MANY);
      return;
    }
    mail.delivery = { state: 'waiting' };
    this.#letters.push({ mail, organisation });
    if (this.#isWalking) return;
    this.#isWalking = true;
    setImmediate(() => void this.#walk());
  }

  /** Whatever has not gone out does not go out any more. */
  forget(): void {
    this.#empty();
    this.#told = undefined;
  }

  close(): void {
    this.#isOver = true;
    this.forget();
    this.#socket?.destroy();
  }

  #empty(): void {
    this.#letters = [];
    this.#taken = 0;
  }

  async #walk(): Promise<void> {
    for (let letter = this.#take(); letter; letter = this.#take()) await this.#deliver(letter);
    this.#isWalking = false;
  }

  #take(): Letter | undefined {
    const letter = this.#letters[this.#taken++];
    if (!letter) this.#empty();
    if (this.#taken >= STEP) {
      this.#letters.splice(0, this.#taken);
      this.#taken = 0;
    }
    return letter;
  }

  async #deliver({ mail, organisation }: Letter): Promise<void> {
    const { clock } = this.#options;
    try {
      await this.#send(mail, organisation);
      mail.delivery = { state: 'sent', at: clock() };
      this.#told = undefined;
    } catch (thrown) {
      const error = reasonOf(thrown);
      mail.delivery = { state: 'failed', at: clock(), error };
      if (!this.#isOver) this.#tell(mail.to, error);
    }
  }

  async #send(mail: Mail, organisation: Organisation): Promise<void> {
    const { invitation, to, at } = mail;
    const { subject, text } = wordsOf(organisation, invitation, this.#options.origin());
    this.#transport ??= await this.#transportOf();
    await this.#transport.sendMail({
      // RFC 2606 §2: a domain that will never be anybody's.
      from: { name: organisation.name, address: 'invitations@rollcall-mock.invalid' },
      to: { name: '', address: to },
      subject,
      text,
      date: new Date(at),
    });
  }

  /** The library is loaded for the first e-mail: a mock that sends none does without it. */
  async #transportOf(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    return createTransport({
      ...this.#options.server,
      ignoreTLS: true,
      disableFileAccess: true,
      disableUrlAccess: true,
      greetingTimeout: PATIENCE,
      socketTimeout: PATIENCE,
      // The connection is ours, so that it ends with the mock and not when the mail server is done.
      getSocket: (_options: unknown, done: (error: Error | null, socket?: { connection: Socket }) => void) =>
        this.#connect(done),
    });
  }

  #connect(done: (error: Error | null, socket?: { connection: Socket }) => void): void {
    // The library may have taken so long to load that the mock has ended meanwhile.
    if (this.#isOver) return done(new Error('the mock has ended'));
    const socket = connect({ ...this.#options.server, timeout: PATIENCE });
    this.#socket = socket;
    const failed = (error: Error): void => {
      socket.off('error', failed).off('close', closed);
      done(error);
    };
    // Also by the mock itself, which ends in the meantime: that is no error.
    const closed = (): void => failed(new Error('the connection was closed'));
    const late = (): void => void socket.destroy(new Error(`nobody answered within ${PATIENCE / 1000} s`));
    socket.once('error', failed).once('close', closed);
    socket.once('timeout', late);
    socket.once('connect', () => {
      socket.off('error', failed).off('close', closed);
      socket.off('timeout', late);
      socket.setTimeout(0);
      done(null, { connection: socket });
    });
  }

  #tell(email: string, error: string): void {
    if (this.#told === error) return;
    this.#told = error;
    const { host, port } = this.#options.server;
    this.#options.tell(`the mail server ${host}:${port} did not take the e-mail to ${email}: ${error}`);
  }
}

/** One line, however much a mail server has to say. */
function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300) || 'no reason was given';
}
