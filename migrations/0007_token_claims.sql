-- Claims of tokens by the id that their asker gave them, so that one asked again pays nothing and
-- answers the same, whatever was claimed meanwhile. Kept for two days; the ledger keeps what was paid.
create table token_claim (
  user_id    uuid not null,
  id         uuid not null,
  paid_micro bigint not null, -- may be 0, which the ledger does not book
  at         bigint not null, -- ms
  constraint token_claim_pk primary key (user_id, id),
  constraint token_claim_user_fk foreign key (user_id) references app_user (id)
);
