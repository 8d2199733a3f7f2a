let failure: Error | undefined;
let isOver = false;

/**
 * Whatever becomes of what a run says, it is not torn from its work: a reader who stops reading, as `head` does, is no
 * failure at all, and a disk that is full is told when the work is done. To be called once, before anything is said.
 */
export function guardStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    isOver = true;
    if (error.code !== 'EPIPE') failure ??= error;
  });
  process.stderr.on('error', () => undefined);
}

/** Whether nobody hears what is said from now on. */
export function isOutputOver(): boolean {
  return isOver;
}

export function lostWords({ message }: Error): string {
  return `what there was to say could not be written: ${message}`;
}

/** Why a part of what was said is lost, if that is nobody's wish. */
export function outputFailure(): Error | undefined {
  return failure;
}
