/** How much of a file is read at once. */
export const CHUNK_BYTES = 64 * 1024;
/** Few enough that a batch is forgotten while it is young: what survives is copied, and that was a quarter of a run. */
export const BATCH_RECORDS = 64;
/** Where records are long a batch has fewer of them: never more than about this much of the file, in bytes or characters. */
export const BATCH_SIZE = 1024 * 1024;
