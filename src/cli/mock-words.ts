/** What `rollcall mock --help` says beside its options: all that a newcomer needs, and nothing that is loaded for it. */
export const mockWords = `
What it is:
  A SCIM 2.0 service on this machine, for whoever writes a SCIM client or
  wants to see what one does. It keeps all in memory, forgets it when it ends,
  and sends nothing anywhere unless --smtp says so. When it starts it prints
  the SCIM base URL, and the key if --token gave none: send it as
  "Authorization: Bearer KEY".
  --as rfc is SCIM as RFC 7643 and RFC 7644 have it. Any other name plays a
  service with its documented limits and oddities; --list names them.

What it plays as cosmo:
  Whoever is created gets an invitation by e-mail and is a member once it is
  accepted. Somebody invited is read, found and changed like anybody else.
  Nobody is invited without an e-mail address, or while switched off.
  Switching somebody off makes the member inactive, withdraws an open
  invitation and ends the sessions, with the time.
  Switching on again makes the member active; who had not accepted is invited
  anew. A password is kept as a hash alone.
  --as cosmo-controlplane is what the open-source control plane does instead:
  whoever has not accepted is not found, creating them again sends the e-mail
  again, and more of the kind.

Its own door:
  What no SCIM client can see or do is at /_mock on the same port, with the
  key of --token.
    GET  /_mock                           what it plays, and every route
    GET  /_mock/requests?since=N          all requests after the Nth, with
                                          what they sent and the status they
                                          got
    GET  /_mock/users                     what it really holds;
                                          /_mock/users/NAME for one person, by
                                          id or userName
    GET  /_mock/mailbox                   the e-mails that went out
    GET  /_mock/invitations?state=pending also accepted, declined and
                                          withdrawn ones
    POST /_mock/invitations/ID/accept     also decline, and send (once more);
                                          ID may be the e-mail address
    POST /_mock/invitations/accept        all that are open, oldest first;
                                          {"count": 5} for some
    POST /_mock/sessions                  signs somebody in: {"userName": "…",
                                          "password": "…" where it matters}
    POST /_mock/sessions/ID/end           signs them out; GET /_mock/sessions
                                          lists all
    POST /_mock/users/NAME/deactivate     what an administrator does by hand:
                                          also activate, and DELETE
    GET  /_mock/organisations             POST {"name": "acme", "scim": false,
                                          "limit": 25} makes or changes one
    GET  /_mock/keys                      without their secrets; POST makes
                                          one, DELETE /_mock/keys/ID takes it
                                          away
    GET  /_mock/faults                    POST adds one, DELETE takes all away
    POST /_mock/reset                     back to how it was started
  ?organisation=NAME speaks of another organisation than the first.
  It keeps the last 100,000 requests (--journal says how many; 256 million
  characters of them at most), and of each organisation the last 100,000
  e-mails and settled invitations and 100,000 sessions. The oldest go first;
  nobody who is invited loses the invitation, and more open sessions are
  refused.

Organisations and keys:
  A key sees one organisation and needs the permission scim. Without
  --organisation there is one, called example; the key of --token belongs to
  the first and may do everything.
    --organisation acme                   also acme,scim=off (provisioning is
                                          switched off), acme,limit=25 (below)
                                          beyond that many members a create is
                                          refused, where the service has such
                                          a limit; who is invited already may
                                          still accept
    --key token=abc,organisation=acme     also permissions=none,
                                          expires=SECONDS, name=TEXT

E-mails:
  Invitations are in the mailbox in any case. --smtp smtp://127.0.0.1:1025
  also sends each to a mail server, such as a catcher that shows them. A
  server that fails is told here and in the mailbox, and never to the SCIM
  client.

Things that go wrong:
  A fault is one text: what happens (status=503, delay=2000, drop, html,
  truncate …), to which requests (method=POST, path=/Users,
  user=ada@example.com), and how often (count=3, after=10, share=0.1 with a
  seed).
`;
