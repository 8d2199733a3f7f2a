/** A way in which engines that provision accounts were seen to fail, and how the mock brings it about. */
export interface Failure {
  readonly number: number;
  /** What happens to the client. */
  readonly what: string;
  /** Faults that are given together; each row is one way. */
  readonly ways: readonly (readonly string[])[];
  /** Where no fault is needed, or a server has no part in it. */
  readonly note?: string;
}

/** Names in capitals are somebody's: a userName, or an id. */
export const failures: readonly Failure[] = [
  {
    number: 1,
    what: 'The filter finds nobody, and the create gets 409',
    ways: [['hidden=USER'], ['status=409,scimType=uniqueness,method=POST,user=USER']],
  },
  {
    number: 2,
    what: '409 without a scimType, or for another reason',
    ways: [
      ['status=409,method=POST'],
      ['status=409,method=POST,detail="REQUIRED_FIELD_MISSING: a profile is needed"'],
      ['status=400,bodyStatus=409,method=POST'],
    ],
  },
  {
    number: 3,
    what: '409, and the filter finds an account that is another person’s',
    ways: [['status=409,scimType=uniqueness,method=POST,user=USER', 'other=OTHER,method=GET,user=USER']],
  },
  { number: 4, what: '404 on DELETE', ways: [['status=404,method=DELETE,when=after'], ['vanish=USER']] },
  {
    number: 5,
    what: '404 for a member who was just created',
    ways: [['memberLag=5000']],
  },
  {
    number: 6,
    what: 'Of two changes to one group at once, one is lost',
    ways: [['lostUpdates=50,path=/Groups']],
  },
  {
    number: 7,
    what: 'One unknown member is 400 for all',
    ways: [],
    note: 'without a fault: so a service that is right answers',
  },
  {
    number: 8,
    what: 'Unknown members are dropped, and the answer is 201',
    ways: [['unknownMembers=dropped']],
  },
  { number: 9, what: 'Adding members takes the others away', ways: [['addReplaces,path=/Groups']] },
  { number: 10, what: 'Groups come without their members', ways: [['without=members,path=/Groups']] },
  {
    number: 11,
    what: 'Pages are smaller than asked for, totalResults is wrong',
    ways: [
      ['pageSize=2'],
      ['total=page'],
      ['total=-1'],
      ['total=missing'],
      ['omit=1'],
      ['repeat=1'],
      ['shuffle'],
      ['neverEnds'],
      ['ignore=startIndex'],
      ['ignore=count'],
      ['ignore=filter'],
    ],
  },
  {
    number: 12,
    what: '429 with a Retry-After of an hour, as a date, absent, absurd; a rate limit as 403',
    ways: [
      ['status=429,retryAfter=3600'],
      ['status=429,retryAfterDate=60'],
      ['status=429'],
      ['status=429,retryAfter=-1'],
      ['status=429,retryAfter=soon'],
      ['status=403,rateLimit=60,detail="API rate limit exceeded"'],
    ],
  },
  { number: 13, what: 'One object gets 500, for ever', ways: [['status=500,user=USER']] },
  { number: 14, what: '401 in the middle of a run, until there is a new token', ways: [['expire,after=2']] },
  {
    number: 15,
    what: 'A PATCH that removes is understood in one form only',
    ways: [['removeForm=filter'], ['removeForm=list'], ['removeForm=all']],
  },
  {
    number: 16,
    what: 'active is understood as a text only, or as a boolean only',
    ways: [['activeForm=string'], ['activeForm=boolean']],
  },
  {
    number: 17,
    what: 'The userName comes back in lower case, or trimmed',
    ways: [['lower'], ['trim=displayName']],
  },
  {
    number: 18,
    what: 'The client is killed between the answer to its create and keeping the id',
    ways: [['drop=after,method=POST']],
    note: 'the end of the client is its own; to the service it looks like an answer that was lost',
  },
  {
    number: 19,
    what: 'The source is cut in the middle, holds a header only, or is yesterday’s',
    ways: [],
    note: 'a service has no part in it',
  },
  {
    number: 20,
    what: 'A new name, a new manager and a new group for one person in one run',
    ways: [],
    note: 'it lies in the data; any fault can be played on it with user=USER',
  },
  {
    number: 21,
    what: 'Somebody comes back, and a disabled account of the same userName is there',
    ways: [],
    note: 'without a fault: --data with "active": false, and the create gets 409',
  },
  { number: 22, what: '413 for a large group', ways: [['maxMembers=100']] },
  {
    number: 23,
    what: 'PATCH is advertised, and answered with 501 or 405',
    ways: [['status=501,method=PATCH'], ['status=405,method=PATCH']],
  },
  {
    number: 24,
    what: 'An id that is no UUID, or holds a slash or a space',
    ways: [['ids=slash'], ['ids=space'], ['ids=percent'], ['ids=unicode'], ['ids=long'], ['ids=changed']],
  },
  {
    number: 25,
    what: 'An account that cannot be changed, and then has to be deactivated',
    ways: [['status=400,scimType=invalidValue,method=PUT,user=USER'], ['status=500,user=USER,count=5']],
  },
  {
    number: 26,
    what: 'The connection ends after the service has done its work',
    ways: [
      ['drop=after'],
      ['reset=after'],
      ['drop=middle'],
      ['drop=end'],
      ['status=500,when=after'],
      ['status=504,when=after'],
    ],
  },
  {
    number: 27,
    what: 'The answer is HTML, empty, cut JSON, or 50 MB',
    ways: [
      ['html'],
      ['empty'],
      ['truncate'],
      ['malformed'],
      ['huge'],
      ['endless'],
      ['slow=2000'],
      ['encoding=broken'],
      ['mediaType=text/plain'],
      ['redirect'],
    ],
  },
  { number: 28, what: 'Reads are seconds behind writes', ways: [['lag=5000']] },
];

/** The failures that a word has a part in. */
export function playedBy(word: string): readonly number[] {
  const pattern = new RegExp(`^${word}(=|,|$)`);
  return failures
    .filter(({ ways }) => ways.some((way) => way.some((fault) => pattern.test(fault))))
    .map(({ number }) => number);
}
